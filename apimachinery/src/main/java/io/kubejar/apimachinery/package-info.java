/// What every Kubernetes object has in common: identity, metadata, wire formats, and the answers
/// when something is wrong.
///
/// Start at [io.kubejar.apimachinery.KubernetesObject] and [io.kubejar.apimachinery.ResourceType];
/// every generated type carries a [io.kubejar.apimachinery.Codec] that reads and writes it.
@NullMarked
package io.kubejar.apimachinery;

import org.jspecify.annotations.NullMarked;
