/// Protobuf as upstream writes it: fields in ascending order, scalars that are no pointers written
/// even when zero, and the `k8s\0` envelope around objects at rest and on the wire.
@NullMarked
package io.kubejar.apimachinery.protobuf;

import org.jspecify.annotations.NullMarked;
