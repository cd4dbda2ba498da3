@NullMarked
package io.kubejar.apimachinery.structural;

import org.jspecify.annotations.NullMarked;
