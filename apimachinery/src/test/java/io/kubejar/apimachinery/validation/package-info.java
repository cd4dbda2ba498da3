@NullMarked
package io.kubejar.apimachinery.validation;

import org.jspecify.annotations.NullMarked;
