@NullMarked
package io.kubejar.apimachinery;

import org.jspecify.annotations.NullMarked;
