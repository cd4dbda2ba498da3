@NullMarked
package io.kubejar.apiserver.endpoints;

import org.jspecify.annotations.NullMarked;
