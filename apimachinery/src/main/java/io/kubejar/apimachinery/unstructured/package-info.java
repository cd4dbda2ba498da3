/// Objects of kinds that are known at run time only, such as custom resources: the same interface
/// as the generated records have, over an immutable tree.
@NullMarked
package io.kubejar.apimachinery.unstructured;

import org.jspecify.annotations.NullMarked;
