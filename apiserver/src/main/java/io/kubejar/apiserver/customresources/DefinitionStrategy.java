package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionStatus;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.strategy.Strategy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Objects;

/// The rules for writing definitions: every version that objects were ever stored in is remembered,
/// and a definition stays until its objects are gone.
public final class DefinitionStrategy extends Strategy<CustomResourceDefinition> {

  public DefinitionStrategy() {
    super(CustomResourceDefinition.RESOURCE);
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
