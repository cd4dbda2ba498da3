/// Which objects are meant: by their labels, or by some of their fields.
@NullMarked
package io.kubejar.apimachinery.selector;

import org.jspecify.annotations.NullMarked;
