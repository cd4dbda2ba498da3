@NullMarked
package io.kubejar.apiserver.flowcontrol;

import org.jspecify.annotations.NullMarked;
