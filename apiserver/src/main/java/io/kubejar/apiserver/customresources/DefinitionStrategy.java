package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionStatus;
import io.kubejar.apimachinery.definitions.DefinitionChecks;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.structural.RuleLanguage;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.strategy.Strategy;
import io.kubejar.apiserver.validation.Validation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The rules for writing definitions: every version that objects were ever stored in is remembered,
/// and a definition stays until its objects are gone.
public final class DefinitionStrategy extends Strategy<CustomResourceDefinition> {

  private final DefinitionChecks checks;

  /// @param language what the rules in schemas are written in
  public DefinitionStrategy(RuleLanguage language) {
    super(CustomResourceDefinition.RESOURCE);
    checks = new DefinitionChecks(Validation::embeddedMetadata, language);
  }

  @Override
  public List<FieldError> validate(Call call, CustomResourceDefinition object) {
    var errors = new ArrayList<>(Validation.metadata(object.metadata(), false));
    errors.addAll(checks.create(tree(object)));
    return errors;
  }

  @Override
  public List<FieldError> validateUpdate(
      Call call,
      String subresource,
      CustomResourceDefinition object,
      CustomResourceDefinition old) {
    var errors = new ArrayList<>(Validation.metadataUpdate(object.metadata(), old.metadata()));
    errors.addAll(
        subresource.isEmpty()
            ? checks.update(tree(object), tree(old))
            : checks.updateStatus(tree(object)));
    return errors;
  }

  @Override
  public List<String> warnings(
      CustomResourceDefinition object, @Nullable CustomResourceDefinition old) {
    return old == null
        ? DefinitionChecks.createWarnings(tree(object))
        : DefinitionChecks.updateWarnings(tree(object), tree(old));
  }

  private static JsonObject tree(CustomResourceDefinition object) {
    return (JsonObject) CustomResourceDefinition.CODEC.toTree(object);
  }

  @Override
  public CustomResourceDefinition prepareForCreate(Call call, CustomResourceDefinition object) {
    var fresh = object.withStatus(CustomResourceDefinitionStatus.EMPTY);
    return withGeneration(withStoredVersion(fresh), 1);
  }

  @Override
  public CustomResourceDefinition prepareForUpdate(
      Call call, CustomResourceDefinition object, CustomResourceDefinition old) {
    var prepared = withStoredVersion(object.withStatus(old.status()));
    return prepared.spec().equals(old.spec())
        ? prepared
        : withGeneration(prepared, old.metadata().generation() + 1);
  }

  /// Unlike those of other kinds, writers of the status may change the metadata too: that is how
  /// the finalizer goes.
  @Override
  public CustomResourceDefinition prepareForStatusUpdate(
      Call call, CustomResourceDefinition object, CustomResourceDefinition old) {
    return object.withSpec(old.spec());
  }

  private static CustomResourceDefinition withStoredVersion(CustomResourceDefinition object) {
    var stored = new ArrayList<>(object.status().storedVersions());
    for (var version : object.spec().versions()) {
      if (version.storage()) {
        if (!stored.contains(version.name())) {
          stored.add(version.name());
        }
        return object.withStatus(object.status().withStoredVersions(stored));
      }
    }
    return object;
  }

  /// A deletion only marks a definition: its objects go first.
  @Override
  public boolean mayBeRemoved(CustomResourceDefinition object) {
    return object.metadata().deletionTimestamp() != null;
  }

  @Override
  public CustomResourceDefinition markedForDeletion(CustomResourceDefinition object) {
    ObjectMeta metadata = object.metadata().withDeletionGracePeriodSeconds(null);
    if (Conditions.find(object, Conditions.TERMINATING).isPresent()) {
      return object.withMetadata(metadata);
    }
    if (!metadata.finalizers().contains(Definitions.CLEANUP_FINALIZER)) {
      var finalizers = new ArrayList<>(metadata.finalizers());
      finalizers.add(Definitions.CLEANUP_FINALIZER);
      metadata = metadata.withFinalizers(finalizers);
    }
    Instant now = Objects.requireNonNull(metadata.deletionTimestamp());
    var pending =
        Conditions.condition(
            Conditions.TERMINATING,
            true,
            "InstanceDeletionPending",
            "CustomResourceDefinition marked for deletion; CustomResource deletion will begin"
                + " soon");
    return Conditions.with(object.withMetadata(metadata), pending, now);
  }
}
