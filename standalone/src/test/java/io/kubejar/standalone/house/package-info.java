/// The house rules as tests: layering, forbidden calls, sizes.
@NullMarked
package io.kubejar.standalone.house;

import org.jspecify.annotations.NullMarked;
