@NullMarked
package io.kubejar.apiserver.cache;

import org.jspecify.annotations.NullMarked;
