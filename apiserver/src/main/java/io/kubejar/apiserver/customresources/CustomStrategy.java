package io.kubejar.apiserver.customresources;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.strategy.Strategy;
import io.kubejar.apiserver.validation.Validation;
import java.util.List;

/// The rules for writing objects of one version of a custom resource.
final class CustomStrategy extends Strategy<Unstructured> {
  private static final String STATUS = "status";

  private final boolean hasStatus;
  private final boolean terminating;

  /// @param terminating whether the definition is on its way out, so that nothing new may come
  CustomStrategy(ResourceType<Unstructured> type, boolean terminating) {
    super(type);
    hasStatus = type.subresource(STATUS).isPresent();
    this.terminating = terminating;
  }

  @Override
  public Unstructured prepareForCreate(Call call, Unstructured object) {
    if (terminating) {
      throw ApiException.forbidden(
          type().groupResource(),
          object.metadata().name(),
          "create not allowed while custom resource definition is terminating");
    }
    var prepared = hasStatus ? object.withContent(object.content().without(STATUS)) : object;
    return withGeneration(prepared, 1);
  }

  /// Every change of anything but metadata counts.
  @Override
  public Unstructured prepareForUpdate(Call call, Unstructured object, Unstructured old) {
    var prepared = hasStatus ? withStatusOf(object, old) : object;
    return prepared.content().equals(old.content())
        ? prepared
        : withGeneration(prepared, old.metadata().generation() + 1);
  }

  /// Nothing but the status changes, and the book of who set it.
  @Override
  public Unstructured prepareForStatusUpdate(Call call, Unstructured object, Unstructured old) {
    var metadata = old.metadata().withManagedFields(object.metadata().managedFields());
    return withStatusOf(old, object).withMetadata(metadata);
  }

  private static Unstructured withStatusOf(Unstructured object, Unstructured source) {
    var status = source.content().get(STATUS);
    return object.withContent(
        status == null ? object.content().without(STATUS) : object.content().with(STATUS, status));
  }

  @Override
  public List<FieldError> validate(Unstructured object) {
    return Validation.metadata(object.metadata(), type().namespaced());
  }

  @Override
  public List<FieldError> validateUpdate(Unstructured object, Unstructured old) {
    return Validation.metadataUpdate(object.metadata(), old.metadata());
  }

  @Override
  public boolean createsOnUpdate() {
    return false;
  }

  @Override
  public boolean allowsUnconditionalUpdate() {
    return false;
  }

  @Override
  public boolean returnsDeleted() {
    return false;
  }
}
