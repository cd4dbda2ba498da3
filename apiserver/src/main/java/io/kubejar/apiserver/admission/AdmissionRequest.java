package io.kubejar.apiserver.admission;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.Subresource;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.request.Call;
import org.jspecify.annotations.Nullable;

/// A write that wants in, or a connection to something inside.
///
/// @param type the resource that is written
/// @param subresource such as `status`; empty for the object itself
/// @param name may be empty when the name is still to be generated
/// @param object the new state, or the body of a subresource's request; null for deletions
/// @param old the state before; null for creations
/// @param deleteOptions how a deletion is meant; null for all else
/// @param reinvocation what plugins remember between two rounds
public record AdmissionRequest(
    Operation operation,
    Call call,
    ResourceType<?> type,
    String subresource,
    String namespace,
    String name,
    @Nullable KubernetesObject object,
    @Nullable KubernetesObject old,
    @Nullable DeleteOptions deleteOptions,
    Reinvocation reinvocation) {

  /// What is done to the object.
  public enum Operation {
    CREATE,
    UPDATE,
    DELETE,
    CONNECT
  }

  /// A first round without anything to delete.
  public AdmissionRequest(
      Operation operation,
      Call call,
      ResourceType<?> type,
      String subresource,
      String namespace,
      String name,
      @Nullable KubernetesObject object,
      @Nullable KubernetesObject old) {
    this(
        operation, call, type, subresource, namespace, name, object, old, null, new Reinvocation());
  }

  public AdmissionRequest withObject(@Nullable KubernetesObject replacement) {
    return new AdmissionRequest(
        operation,
        call,
        type,
        subresource,
        namespace,
        name,
        replacement,
        old,
        deleteOptions,
        reinvocation);
  }

  public AdmissionRequest withDeleteOptions(DeleteOptions options) {
    return new AdmissionRequest(
        operation, call, type, subresource, namespace, name, object, old, options, reinvocation);
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

  /// The refusal of this request. A name that is still to be generated shows as far as it is known.
  public ApiException forbidden(String why) {
    return ApiException.forbidden(resource(), shownName(), why);
  }

  private String shownName() {
    if (!name.isEmpty()) {
      return name;
    }
    var metadata = object == null ? ObjectMeta.EMPTY : object.metadata();
    if (!metadata.name().isEmpty()) {
      return metadata.name();
    }
    return metadata.generateName().isEmpty() ? "Unknown" : metadata.generateName();
  }

  /// What the request carries, which is another kind for subresources such as `scale`.
  public GroupVersionKind kind() {
    return subresource.isEmpty()
        ? type.gvk()
        : type.subresource(subresource).map(Subresource::kind).orElse(type.gvk());
  }

  /// The namespace that counts in rules and selectors: a namespace is in itself.
  public String reviewedNamespace() {
    boolean ofNamespace = type.gvk().group().isEmpty() && type.plural().equals("namespaces");
    if (!ofNamespace) {
      return namespace;
    }
    return name.isEmpty() && object != null ? object.metadata().name() : name;
  }
}
