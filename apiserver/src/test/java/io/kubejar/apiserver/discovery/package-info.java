@NullMarked
package io.kubejar.apiserver.discovery;

import org.jspecify.annotations.NullMarked;
