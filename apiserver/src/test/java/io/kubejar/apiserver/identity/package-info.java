@NullMarked
package io.kubejar.apiserver.identity;

import org.jspecify.annotations.NullMarked;
