package io.kubejar.apiserver.customresources;

import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.structural.PublishedSchema;
import io.kubejar.apimachinery.structural.ResourceChecks.Verdict;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.strategy.Strategy;
import io.kubejar.apiserver.table.TableView;
import io.kubejar.apiserver.validation.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// The rules for writing objects of one version of a custom resource.
final class CustomStrategy extends Strategy<Unstructured> {
  /// What is left to do while the definition goes.
  private static final Set<String> TERMINATING_VERBS =
      Set.of("delete", "deletecollection", "get", "list", "watch");

  private static final String STATUS = "status";

  private final VersionRules rules;
  private final boolean hasStatus;
  private final boolean terminating;

  /// @param terminating whether the definition is on its way out, so that nothing new may come
  CustomStrategy(ResourceType<Unstructured> type, VersionRules rules, boolean terminating) {
    super(type);
    this.rules = rules;
    hasStatus = type.subresource(STATUS).isPresent();
    this.terminating = terminating;
  }

  @Override
  public Optional<TypeSchema> schema() {
    return Optional.of(rules.schema().type());
  }

  @Override
  public TableView<Unstructured> table() {
    return rules.table();
  }

  @Override
  public void checkSelectable(ResourceType<?> version, String field) {
    rules.selectable().check(field, type().namespaced());
  }

  @Override
  public String selectable(ResourceType<?> version, Unstructured object, String field) {
    return rules.selectable().value(object, field);
  }

  @Override
  public Optional<PublishedSchema.Kind> published() {
    return Optional.of(rules.published());
  }

  @Override
  public Set<String> offeredVerbs() {
    return terminating ? TERMINATING_VERBS : super.offeredVerbs();
  }

  @Override
  public List<String> standingWarnings() {
    return rules.warnings();
  }

  @Override
  public Scale scale(Unstructured object) {
    return scale().of(object);
  }

  @Override
  public Unstructured withReplicas(Unstructured object, int replicas) {
    return scale().with(object, replicas);
  }

  @Override
  public Map<String, String> replicasPlaces() {
    return rules.replicasPlaces();
  }

  private ScalePaths scale() {
    return Objects.requireNonNull(rules.scale(), "no subresource scale");
  }

  @Override
  public Unstructured prepareForCreate(Call call, Unstructured object) {
    if (terminating) {
      throw ApiException.forbidden(
          type().groupResource(),
          object.metadata().name(),
          "create not allowed while custom resource definition is terminating");
    }
    warnOfFinalizers(call, object, List.of());
    var prepared = hasStatus ? object.withContent(object.content().without(STATUS)) : object;
    return withGeneration(prepared, 1);
  }

  /// Every change of anything but metadata counts.
  @Override
  public Unstructured prepareForUpdate(Call call, Unstructured object, Unstructured old) {
    warnOfFinalizers(call, object, old.metadata().finalizers());
    var prepared = hasStatus ? withStatusOf(object, old) : object;
    return prepared.content().equals(old.content())
        ? prepared
        : withGeneration(prepared, old.metadata().generation() + 1);
  }

  private static void warnOfFinalizers(Call call, Unstructured object, List<String> before) {
    FinalizerNames.warnings(object.metadata().finalizers(), before).forEach(call.warnings()::add);
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
  public List<FieldError> validate(Call call, Unstructured object) {
    var errors = new ArrayList<>(Validation.metadata(object.metadata(), type().namespaced()));
    return errors(errors, object, true, rules.schema().checks().create(object.tree()));
  }

  @Override
  public List<FieldError> validateUpdate(
      Call call, String subresource, Unstructured object, Unstructured old) {
    var errors = new ArrayList<>(Validation.metadataUpdate(object.metadata(), old.metadata()));
    var checks = rules.schema().checks();
    return subresource.equals(STATUS)
        ? errors(errors, object, false, checks.updateStatus(object.tree(), old.tree()))
        : errors(errors, object, true, checks.update(object.tree(), old.tree()));
  }

  private List<FieldError> errors(
      List<FieldError> metadata, Unstructured object, boolean withSpec, Verdict verdict) {
    var errors = new ArrayList<>(metadata);
    var scale = rules.scale();
    if (scale != null && withSpec) {
      errors.addAll(scale.validateSpec(object));
    }
    if (scale != null) {
      errors.addAll(scale.validateStatus(object));
    }
    errors.addAll(verdict.errors());
    return errors;
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
