package io.kubejar.controllers.volumeprotection;

import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.util.ArrayList;

/// What holds an object back from its removal.
record Finalizer(String name) {
  /// What is to be done with the finalizer of an object.
  enum Step {
    NOTHING,
    ADD,
    REMOVE_IF_UNUSED
  }

  Step next(ObjectMeta metadata) {
    boolean held = metadata.finalizers().contains(name);
    boolean leaving = metadata.deletionTimestamp() != null;
    if (leaving) {
      return held ? Step.REMOVE_IF_UNUSED : Step.NOTHING;
    }
    return held ? Step.NOTHING : Step.ADD;
  }

  ObjectMeta addedTo(ObjectMeta metadata) {
    var finalizers = new ArrayList<>(metadata.finalizers());
    finalizers.add(name);
    return metadata.withFinalizers(finalizers);
  }

  ObjectMeta removedFrom(ObjectMeta metadata) {
    return metadata.withFinalizers(
        metadata.finalizers().stream().filter(each -> !each.equals(name)).toList());
  }
}
