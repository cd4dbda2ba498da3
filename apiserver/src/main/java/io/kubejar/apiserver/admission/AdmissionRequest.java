package io.kubejar.apiserver.admission;

import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apiserver.request.Call;
import org.jspecify.annotations.Nullable;

/// A write that wants in.
///
/// @param type the resource that is written
/// @param subresource such as `status`; empty for the object itself
/// @param name may be empty when the name is still to be generated
/// @param object the new state, or the body of a subresource's request; null for deletions
/// @param old the state before; null for creations
public record AdmissionRequest(
    Operation operation,
    Call call,
    ResourceType<?> type,
    String subresource,
    String namespace,
    String name,
    @Nullable KubernetesObject object,
    @Nullable KubernetesObject old) {

  /// What is done to the object.
  public enum Operation {
    CREATE,
    UPDATE,
    DELETE,
    CONNECT
  }

  public AdmissionRequest withObject(@Nullable KubernetesObject replacement) {
    return new AdmissionRequest(
        operation, call, type, subresource, namespace, name, replacement, old);
  }

  /// Whether this is the main resource of that name in the core group, not one of its subresources.
  public boolean concerns(String plural) {
    return subresource.isEmpty() && type.gvk().group().isEmpty() && type.plural().equals(plural);
  }

  public boolean is(Operation wanted) {
    return operation == wanted;
  }

  public GroupResource resource() {
    return type.groupResource();
  }
}
