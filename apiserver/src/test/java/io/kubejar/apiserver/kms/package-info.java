@NullMarked
package io.kubejar.apiserver.kms;

import org.jspecify.annotations.NullMarked;
