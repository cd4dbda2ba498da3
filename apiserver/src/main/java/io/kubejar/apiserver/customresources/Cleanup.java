package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionCondition;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.verbs.ReadOptions;
import io.kubejar.apiserver.verbs.StoredVerbs;
import java.util.Set;

/// Deletes the objects of a definition that is going, and tells how far that is.
///
/// @param call whose deletions they are
record Cleanup(ServedDefinitions served, Call call) {
  static final CustomResourceDefinitionCondition IN_PROGRESS =
      Conditions.condition(
          Conditions.TERMINATING,
          true,
          "InstanceDeletionInProgress",
          "CustomResource deletion is in progress");

  /// Resources whose objects lie where those of a custom resource of the same name would.
  private static final Set<String> BUILT_IN =
      Set.of(
          "apiservices.apiregistration.k8s.io", "customresourcedefinitions.apiextensions.k8s.io");

  /// How far a cleanup is.
  sealed interface Progress {
    /// Nothing is left that would keep the definition.
    record Finished(CustomResourceDefinitionCondition condition) implements Progress {}

    /// All objects are on their way out, but some linger.
    record Waiting() implements Progress {}

    record Failed(CustomResourceDefinitionCondition condition) implements Progress {}
  }

  /// Does what can be done now.
  Progress advance(CustomResourceDefinition definition) throws InterruptedException {
    if (BUILT_IN.contains(definition.metadata().name())) {
      return finished(
          "OverlappingBuiltInResource", "instances overlap with built-in resources in storage");
    }
    if (!Conditions.isTrue(definition, Conditions.ESTABLISHED)) {
      return finished("NeverEstablished", "resource was never established");
    }
    var stored = served.stored(definition);
    if (stored.isEmpty()) {
      return failed("could not list instances: the resource is not served");
    }
    try {
      return deleteAll(stored.get().unguarded());
    } catch (ApiException refused) {
      return failed("could not issue all deletes: " + refused.getMessage());
    }
  }

  private Progress deleteAll(StoredVerbs<Unstructured> verbs) throws InterruptedException {
    verbs.deleteCollection(call, ReadOptions.ALL, DeleteOptions.EMPTY);
    boolean gone = verbs.registry().currentCache().list(Selection.all()).objects().isEmpty();
    return gone
        ? finished("InstanceDeletionCompleted", "removed all instances")
        : new Progress.Waiting();
  }

  private static Progress finished(String reason, String message) {
    return new Progress.Finished(
        Conditions.condition(Conditions.TERMINATING, false, reason, message));
  }

  private static Progress failed(String message) {
    return new Progress.Failed(
        Conditions.condition(Conditions.TERMINATING, true, "InstanceDeletionFailed", message));
  }
}
