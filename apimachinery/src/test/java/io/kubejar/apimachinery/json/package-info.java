@NullMarked
package io.kubejar.apimachinery.json;

import org.jspecify.annotations.NullMarked;
