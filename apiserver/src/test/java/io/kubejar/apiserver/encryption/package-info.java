@NullMarked
package io.kubejar.apiserver.encryption;

import org.jspecify.annotations.NullMarked;
