/// The same object in two versions of the API.
@NullMarked
package io.kubejar.apiserver.conversion;

import org.jspecify.annotations.NullMarked;
