package io.kubejar.apiserver.customresources;

import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apiserver.admission.Admission;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.verbs.Environment;
import io.kubejar.apiserver.verbs.ResourceVerbs;

/// One version of a custom resource, ready to be served.
///
/// @param served whether clients may ask for it; a version that is not may still be the one that is
///   stored
record CustomVersion(
    Registry<Unstructured> registry, VersionRules rules, boolean served, Environment environment) {

  ResourceVerbs<Unstructured> verbs(boolean terminating) {
    return verbs(terminating, environment);
  }

  /// The verbs without admission: nobody shall be able to keep what must go.
  ResourceVerbs<Unstructured> unguarded() {
    var free =
        new Environment(
            environment.clock(), environment.random(), Admission.NONE, environment.tracking());
    return verbs(true, free);
  }

  private ResourceVerbs<Unstructured> verbs(boolean terminating, Environment around) {
    return new ResourceVerbs<>(
        registry,
        new CustomStrategy(registry.type(), rules, terminating),
        rules.schema()::completed,
        around);
  }
}
