/// What is wrong with an object: field errors, and the paths of fields as upstream writes them.
@NullMarked
package io.kubejar.apimachinery.validation;

import org.jspecify.annotations.NullMarked;
