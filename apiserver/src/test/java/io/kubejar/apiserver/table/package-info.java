@NullMarked
package io.kubejar.apiserver.table;

import org.jspecify.annotations.NullMarked;
