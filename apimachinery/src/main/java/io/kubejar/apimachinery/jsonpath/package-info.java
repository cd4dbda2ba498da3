/// JSONPath as kubectl and the columns of custom resources write it.
@NullMarked
package io.kubejar.apimachinery.jsonpath;

import org.jspecify.annotations.NullMarked;
