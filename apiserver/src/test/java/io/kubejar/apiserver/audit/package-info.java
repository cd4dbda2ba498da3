@NullMarked
package io.kubejar.apiserver.audit;

import org.jspecify.annotations.NullMarked;
