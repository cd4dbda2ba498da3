package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.registry.Change;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.registry.Registry.Written;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.strategy.Strategy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The verb delete: removes an object at once, or marks it and leaves the rest to its finalizers or
/// to whoever ends it within the grace period.
final class Deletion<T extends KubernetesObject> {
  private static final String ORPHAN = "orphan";
  private static final String FOREGROUND = "foregroundDeletion";

  /// Said of the only kind whose dependents stay by default.
  private static final String PODS_STAY =
      "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background"
          + " to remove them or set propagationPolicy=Orphan to suppress this warning";

  private final Registry<T> registry;
  private final Strategy<T> strategy;
  private final Environment environment;

  Deletion(Registry<T> registry, Strategy<T> strategy, Environment environment) {
    this.registry = registry;
    this.strategy = strategy;
    this.environment = environment;
  }

  Written<T> delete(Call call, ObjectKey key, DeleteOptions requested) throws InterruptedException {
    return delete(call, key, requested, true);
  }

  /// Deletes what was admitted in another way, such as an eviction.
  Written<T> deleteAdmitted(Call call, ObjectKey key, DeleteOptions requested)
      throws InterruptedException {
    return delete(call, key, requested, false);
  }

  private Written<T> delete(Call call, ObjectKey key, DeleteOptions requested, boolean admits)
      throws InterruptedException {
    check(requested);
    if (strategy.orphansByDefault()
        && requested.propagationPolicy() == null
        && requested.orphanDependents() == null) {
      call.warnings().add(PODS_STAY);
    }
    var options = withoutNegativeGrace(requested);
    boolean dryRun = call.dryRun() || !options.dryRun().isEmpty();
    return registry.update(
        key,
        dryRun,
        current -> {
          var found = current.orElseThrow(() -> registry.notFound(key));
          checkPreconditions(key, options, found);
          if (admits) {
            admit(request(call, key, found, options));
          }
          return change(found, options);
        });
  }

  /// Asks admission once for a whole collection, as upstream does before it asks for each object.
  void admitCollection(Call call, String namespace, DeleteOptions options)
      throws InterruptedException {
    admit(request(call, new ObjectKey(namespace, ""), null, options));
  }

  private void admit(AdmissionRequest request) throws InterruptedException {
    environment.admission().mutate(request);
    environment.admission().validate(request);
  }

  private AdmissionRequest request(
      Call call, ObjectKey key, @Nullable T found, DeleteOptions options) {
    return new AdmissionRequest(
            Operation.DELETE, call, registry.type(), "", key.namespace(), key.name(), null, found)
        .withDeleteOptions(options);
  }

  /// What a deletion does to an object in this state.
  private Change<T> change(T found, DeleteOptions options) throws InterruptedException {
    var metadata = found.metadata();
    boolean deleting = metadata.deletionTimestamp() != null;
    Long pending = metadata.deletionGracePeriodSeconds();
    if (deleting && pending != null && pending > 0) {
      var gracePeriod = strategy.gracePeriod(found, options);
      if (gracePeriod.isPresent()) {
        return shorten(found, options, pending);
      }
    }
    var grace = deleting ? java.util.OptionalLong.empty() : strategy.gracePeriod(found, options);
    var finalizers = finalizers(metadata.finalizers(), options);
    var marked = withFinalizers(found, finalizers);
    if (grace.isPresent() && (grace.getAsLong() > 0 || !finalizers.isEmpty())) {
      return new Change.Put<>(marked(marked, grace.getAsLong()));
    }
    if (!finalizers.isEmpty() || !strategy.mayBeRemoved(marked)) {
      var doomed = strategy.markedForDeletion(marked(marked, 0));
      return doomed.equals(found) ? new Change.Keep<>(found) : new Change.Put<>(doomed);
    }
    return new Change.Remove<>(found, strategy.alongWithRemove(found));
  }

  /// A deletion that runs already can only be made faster.
  private Change<T> shorten(T found, DeleteOptions options, long pending)
      throws InterruptedException {
    Long wanted = options.gracePeriodSeconds();
    if (wanted == null || wanted >= pending) {
      return new Change.Keep<>(found);
    }
    var metadata = found.metadata();
    var now = now();
    var since = deletionTimestamp(found).minusSeconds(pending);
    var deadline = since.plusSeconds(wanted);
    long period = wanted;
    if (deadline.isBefore(now)) {
      deadline = now;
      period = wanted == 0 ? 0 : 1;
    }
    var finalizers = finalizers(metadata.finalizers(), options);
    if (period == 0 && finalizers.isEmpty()) {
      return new Change.Remove<>(found, strategy.alongWithRemove(found));
    }
    var shortened =
        metadata
            .withDeletionTimestamp(deadline)
            .withDeletionGracePeriodSeconds(period)
            .withFinalizers(finalizers);
    return new Change.Put<>(Metadata.with(found, shortened));
  }

  private Instant deletionTimestamp(T found) {
    var timestamp = found.metadata().deletionTimestamp();
    return timestamp == null ? now() : timestamp;
  }

  private Instant now() {
    return Metadata.seconds(environment.clock().instant());
  }

  private T marked(T object, long graceSeconds) {
    var metadata = object.metadata();
    var before = metadata.deletionTimestamp();
    var deadline = now().plus(Duration.ofSeconds(graceSeconds));
    return Metadata.with(
        object,
        metadata
            .withDeletionTimestamp(before == null || before.isAfter(deadline) ? deadline : before)
            .withDeletionGracePeriodSeconds(graceSeconds)
            .withGeneration(
                before == null && metadata.generation() > 0
                    ? metadata.generation() + 1
                    : metadata.generation()));
  }

  private static <T extends KubernetesObject> T withFinalizers(T object, List<String> finalizers) {
    return finalizers.equals(object.metadata().finalizers())
        ? object
        : Metadata.with(object, object.metadata().withFinalizers(finalizers));
  }

  /// The finalizers once the options have said what becomes of dependents.
  private List<String> finalizers(List<String> existing, DeleteOptions options) {
    if (registry.type().groupResource().equals(new GroupResource("", "events"))) {
      return existing; // Upstream's garbage collector ignores them too.
    }
    var result = new ArrayList<>(existing);
    result.removeAll(List.of(ORPHAN, FOREGROUND));
    if (orphans(existing, options)) {
      result.add(ORPHAN);
    }
    if (foreground(existing, options)) {
      result.add(FOREGROUND);
    }
    return new HashSet<>(result).equals(new HashSet<>(existing)) ? existing : result;
  }

  private boolean orphans(List<String> existing, DeleteOptions options) {
    if (options.orphanDependents() != null) {
      return options.orphanDependents();
    }
    if (options.propagationPolicy() != null) {
      return options.propagationPolicy().equals("Orphan");
    }
    if (existing.contains(ORPHAN) || existing.contains(FOREGROUND)) {
      return !existing.contains(FOREGROUND);
    }
    return strategy.orphansByDefault();
  }

  private static boolean foreground(List<String> existing, DeleteOptions options) {
    if (options.orphanDependents() != null) {
      return false;
    }
    if (options.propagationPolicy() != null) {
      return options.propagationPolicy().equals("Foreground");
    }
    return existing.contains(FOREGROUND);
  }

  private static DeleteOptions withoutNegativeGrace(DeleteOptions options) {
    Long grace = options.gracePeriodSeconds();
    return grace != null && grace < 0 ? options.withGracePeriodSeconds(1L) : options;
  }

  /// @throws ApiException 409 if the object is not the one that the options mean
  void checkPreconditions(ObjectKey key, DeleteOptions options, T found) {
    var preconditions = options.preconditions();
    if (preconditions == null) {
      return;
    }
    requireEqual(
        key, preconditions.uid(), found.metadata().uid(), "UID", "deleted and then recreated");
    requireEqual(
        key,
        preconditions.resourceVersion(),
        found.metadata().resourceVersion(),
        "ResourceVersion",
        "modified");
  }

  private void requireEqual(
      ObjectKey key, @Nullable String wanted, String actual, String what, String fear) {
    if (wanted != null && !wanted.equals(actual)) {
      var kind = new GroupResource(registry.type().gvk().group(), registry.type().gvk().kind());
      throw ApiException.conflict(
          kind,
          key.name(),
          "the "
              + what
              + " in the precondition ("
              + wanted
              + ") does not match the "
              + what
              + " in record ("
              + actual
              + "). The object might have been "
              + fear);
    }
  }

  private static void check(DeleteOptions options) {
    var errors = new ArrayList<FieldError>();
    var policy = options.propagationPolicy();
    if (policy != null && options.orphanDependents() != null) {
      errors.add(
          FieldError.invalid(
              "propagationPolicy",
              policy,
              "orphanDependents and deletionPropagation cannot be both set"));
    }
    var allowed = List.of("Foreground", "Background", "Orphan");
    if (policy != null && !allowed.contains(policy)) {
      var shown = new ArrayList<>(allowed);
      shown.add("nil");
      errors.add(FieldError.notSupported("propagationPolicy", policy, shown));
    }
    if (!List.of("All").containsAll(options.dryRun())) {
      errors.add(FieldError.notSupported("dryRun", options.dryRun(), List.of("All")));
    }
    if (!errors.isEmpty()) {
      throw ApiException.invalid(
          "meta.k8s.io", "DeleteOptions", "", errors.stream().map(FieldError::cause).toList());
    }
  }
}
