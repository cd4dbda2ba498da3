package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.apiserver.request.Call;
import java.util.ArrayList;
import java.util.LinkedHashSet;

/// Takes care that nobody owns an object twice.
final class Owners {
  static final String DUPLICATES = ".metadata.ownerReferences contains duplicate entries";
  static final String DUPLICATES_AFTER_ADMISSION = DUPLICATES + " after mutating admission happens";
  private static final String ADVICE =
      "; API server dedups owner references in 1.20+, and may reject such requests as early as"
          + " 1.24; please fix your requests; duplicate UID(s) observed: ";

  private Owners() {}

  /// The object with each owner once; the client hears about the others.
  ///
  /// @param complaint how the warning begins
  static <T extends KubernetesObject> T once(Call call, T object, String complaint) {
    var references = object.metadata().ownerReferences();
    if (references.size() < 2) {
      return object;
    }
    var unique = new LinkedHashSet<OwnerReference>();
    var duplicates = new ArrayList<String>();
    for (var reference : references) {
      if (!unique.add(reference)) {
        duplicates.add(reference.uid());
      }
    }
    if (duplicates.isEmpty()) {
      return object;
    }
    call.warnings().add(complaint + ADVICE + String.join(", ", duplicates));
    var metadata = object.metadata();
    return Metadata.with(object, metadata.withOwnerReferences(new ArrayList<>(unique)));
  }
}
