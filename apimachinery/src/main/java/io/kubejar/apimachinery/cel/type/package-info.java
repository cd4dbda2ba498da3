/// Types that expressions are checked against.
@NullMarked
package io.kubejar.apimachinery.cel.type;

import org.jspecify.annotations.NullMarked;
