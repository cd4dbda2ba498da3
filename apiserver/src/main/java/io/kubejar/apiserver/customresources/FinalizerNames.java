package io.kubejar.apiserver.customresources;

import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.format.Formats;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Advice on the finalizers of custom resources. They are stored all the same.
final class FinalizerNames {
  private static final Set<String> STANDARD = Set.of("orphan", "foregroundDeletion", "kubernetes");
  private static final String ADVICE =
      " to avoid accidental conflicts with other finalizer writers";

  private FinalizerNames() {}

  /// What to say about the finalizers that are new.
  static List<String> warnings(List<String> finalizers, List<String> before) {
    var added = new TreeSet<>(finalizers);
    before.forEach(added::remove);
    var warnings = new ArrayList<String>();
    for (var name : added) {
      var start = "metadata.finalizers: " + GoText.quoted(name) + ": ";
      Formats.labelKey(name).forEach(problem -> warnings.add(start + problem));
      if (name.indexOf('/') < 0 && !STANDARD.contains(name)) {
        var qualified = "prefer a domain-qualified finalizer name";
        var how = name.contains(".") ? " including a path (/)" : "";
        warnings.add(start + qualified + how + ADVICE);
      }
    }
    return warnings;
  }
}
