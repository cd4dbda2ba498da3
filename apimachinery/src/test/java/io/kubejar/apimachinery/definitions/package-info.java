@NullMarked
package io.kubejar.apimachinery.definitions;

import org.jspecify.annotations.NullMarked;
