package io.kubejar.apiserver.customresources;

import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apiserver.admission.Admission;
import io.kubejar.apiserver.conversion.Conversion;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.verbs.Environment;
import io.kubejar.apiserver.verbs.StoredVerbs;
import java.util.List;
import java.util.function.UnaryOperator;

/// One version of a custom resource, ready to be served.
///
/// @param served whether clients may ask for it; a version that is not may still be the one that is
///   stored
record CustomVersion(
    Registry<Unstructured> registry, VersionRules rules, boolean served, Environment environment) {

  StoredVerbs<Unstructured> verbs(boolean terminating) {
    return verbs(terminating, environment);
  }

  /// The verbs without admission: nobody shall be able to keep what must go.
  StoredVerbs<Unstructured> unguarded() {
    var free =
        new Environment(
            environment.clock(), environment.random(), Admission.NONE, environment.tracking());
    return verbs(true, free);
  }

  private StoredVerbs<Unstructured> verbs(boolean terminating, Environment around) {
    var none = Conversion.none(registry.type());
    UnaryOperator<Unstructured> defaults = rules.schema()::completed;
    return new StoredVerbs<>(
        registry,
        new CustomStrategy(registry.type(), rules, terminating),
        defaults,
        around.tracking().of(none, defaults, List.of(none)),
        around);
  }
}
