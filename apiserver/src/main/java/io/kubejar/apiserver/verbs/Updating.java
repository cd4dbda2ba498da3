package io.kubejar.apiserver.verbs;

import static java.util.Objects.requireNonNull;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.registry.Change;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.registry.Registry.Written;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.strategy.Strategy;
import io.kubejar.storage.TooLargeException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The verb update, which patch, status and the other subresources that change an object end in
/// too.
final class Updating<T extends KubernetesObject> {
  private final Registry<T> registry;
  private final Strategy<T> strategy;
  private final Environment environment;
  private final Creation<T> creation;

  /// Gives the wanted state, computed from the current one.
  @FunctionalInterface
  interface Wanted<T extends KubernetesObject> {
    T from(Optional<T> current) throws InterruptedException;
  }

  /// @param subresource through which the object is changed; empty for the object itself
  /// @param tracker keeps the managed fields in the version of the write
  /// @param applying whether the wanted state is the outcome of an apply, which says itself who
  ///   manages which field, and makes a missing object
  record Options<T extends KubernetesObject>(
      String subresource, Tracker<T> tracker, boolean applying) {
    Options(String subresource, Tracker<T> tracker) {
      this(subresource, tracker, false);
    }

    static <T extends KubernetesObject> Options<T> applying(
        String subresource, Tracker<T> tracker) {
      return new Options<>(subresource, tracker, true);
    }
  }

  Updating(
      Registry<T> registry, Strategy<T> strategy, Environment environment, Creation<T> creation) {
    this.registry = registry;
    this.strategy = strategy;
    this.environment = environment;
    this.creation = creation;
  }

  /// Computes and stores the wanted state, again and again if others write meanwhile. Rather nobody
  /// manages the fields than that the object cannot be written.
  Written<T> update(Call call, ObjectKey key, Options<T> options, Wanted<T> wanted)
      throws InterruptedException {
    try {
      return written(call, key, options, wanted);
    } catch (TooLargeException tooLarge) {
      if (options.applying()) {
        throw tooLarge;
      }
      var unmanaged = new Options<T>(options.subresource(), new FieldTracking.Forgetful<>());
      return written(call, key, unmanaged, wanted);
    }
  }

  private Written<T> written(Call call, ObjectKey key, Options<T> options, Wanted<T> wanted)
      throws InterruptedException {
    return strategy.inTurn(
        () ->
            registry.update(
                key,
                call.dryRun(),
                current ->
                    current.isPresent()
                        ? change(call, key, options, wanted, current.get())
                        : createMissing(call, key, options, wanted)));
  }

  private Change<T> createMissing(Call call, ObjectKey key, Options<T> options, Wanted<T> wanted)
      throws InterruptedException {
    boolean mayCreate = strategy.createsOnUpdate() || options.applying();
    if (!mayCreate || !options.subresource().isEmpty()) {
      throw registry.notFound(key);
    }
    var incoming = checkedAgainstPath(key, wanted.from(Optional.empty()));
    if (!incoming.metadata().uid().isEmpty()) {
      throw uidConflict(key, incoming.metadata().uid(), "");
    }
    var tracked =
        options.applying() ? incoming : creation.tracked(call, incoming, options.tracker());
    var prepared = creation.prepare(call, creation.admit(call, key.namespace(), tracked));
    return new Change.Put<>(
        prepared, strategy.timeToLive(prepared), strategy.alongWithCreate(prepared));
  }

  private Change<T> change(
      Call call, ObjectKey key, Options<T> options, Wanted<T> wanted, T current)
      throws InterruptedException {
    var incoming = checkedAgainstPath(key, wanted.from(Optional.of(current)));
    checkUid(key, incoming, current);
    checkVersion(key, incoming, current);
    var tracked = options.applying() ? incoming : track(call, options, incoming, current);
    var admitted = admit(call, key, options, tracked, current);
    var prepared = Metadata.withoutNews(prepare(call, options, admitted, current), current);
    FieldError.throwIfAny(
        strategy.validateUpdate(call, options.subresource(), prepared, current), prepared);
    if (options.subresource().isEmpty()) {
      strategy.warnings(prepared, current).forEach(call.warnings()::add);
    } else if (options.subresource().equals("status")) {
      strategy.statusWarnings(prepared).forEach(call.warnings()::add);
    }
    environment.admission().validate(request(call, key, options, prepared, current));
    if (isFinished(prepared, current)) {
      return new Change.Remove<>(prepared, strategy.alongWithRemove(current));
    }
    return new Change.Put<>(
        prepared, strategy.timeToLive(prepared), strategy.alongWithUpdate(prepared, current));
  }

  private T track(Call call, Options<T> options, T incoming, T current)
      throws InterruptedException {
    var owned = Owners.once(call, incoming, Owners.DUPLICATES);
    return options
        .tracker()
        .update(Optional.of(current), owned, call.manager(), options.subresource());
  }

  private T prepare(Call call, Options<T> options, T admitted, T current)
      throws InterruptedException {
    var metadata = admitted.metadata().withGeneration(current.metadata().generation());
    var sameGeneration = Metadata.with(admitted, metadata);
    var prepared =
        options.subresource().isEmpty()
            ? strategy.prepareForUpdate(call, sameGeneration, current)
            : strategy.prepareForSubresourceUpdate(
                call, options.subresource(), sameGeneration, current);
    return Metadata.preserving(prepared, current);
  }

  @SuppressWarnings("unchecked") // Admission changes objects, not their types.
  private T admit(Call call, ObjectKey key, Options<T> options, T incoming, T current)
      throws InterruptedException {
    var request = request(call, key, options, incoming, current);
    T admitted = (T) requireNonNull(environment.admission().mutate(request));
    return Owners.once(call, admitted, Owners.DUPLICATES_AFTER_ADMISSION);
  }

  private AdmissionRequest request(
      Call call, ObjectKey key, Options<T> options, T object, T current) {
    return new AdmissionRequest(
        Operation.UPDATE,
        call,
        registry.type(),
        options.subresource(),
        key.namespace(),
        key.name(),
        object,
        current);
  }

  /// An object whose deletion only waited for its last finalizer goes away with it.
  private boolean isFinished(T updated, T current) {
    var before = current.metadata();
    boolean deleting = before.deletionTimestamp() != null;
    Long grace = before.deletionGracePeriodSeconds();
    return deleting
        && updated.metadata().finalizers().isEmpty()
        && (grace == null || grace == 0)
        && strategy.mayBeRemoved(updated);
  }

  private T checkedAgainstPath(ObjectKey key, T incoming) {
    var name = incoming.metadata().name();
    if (name.isEmpty()) {
      throw ApiException.badRequest("name must be provided");
    }
    if (!name.equals(key.name())) {
      throw ApiException.badRequest(
          "the name of the object ("
              + name
              + ") does not match the name on the URL ("
              + key.name()
              + ")");
    }
    return Metadata.inNamespace(registry.type(), incoming, key.namespace());
  }

  private void checkUid(ObjectKey key, T incoming, T current) {
    var wanted = incoming.metadata().uid();
    if (!wanted.isEmpty() && !wanted.equals(current.metadata().uid())) {
      throw uidConflict(key, wanted, current.metadata().uid());
    }
  }

  private ApiException uidConflict(ObjectKey key, String wanted, String found) {
    return registry.preconditionFailed(key, "UID", wanted, found);
  }

  private void checkVersion(ObjectKey key, T incoming, T current) {
    var wanted = incoming.metadata().resourceVersion();
    ResourceType<T> type = registry.type();
    if (wanted.isEmpty() || wanted.equals("0")) {
      if (!strategy.allowsUnconditionalUpdate()) {
        var error =
            FieldError.invalid("metadata.resourceVersion", 0, "must be specified for an update");
        throw ApiException.invalid(
            type.gvk().group(), type.plural(), key.name(), List.of(error.cause()));
      }
      return;
    }
    ObjectMeta found = current.metadata();
    if (!Objects.equals(wanted, found.resourceVersion())) {
      throw ApiException.modified(type.groupResource(), key.name());
    }
  }
}
