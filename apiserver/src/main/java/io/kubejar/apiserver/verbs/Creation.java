package io.kubejar.apiserver.verbs;

import static java.util.Objects.requireNonNull;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.meta.v1.StatusCause;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.registry.Change;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.strategy.Strategy;
import io.kubejar.storage.TooLargeException;
import java.util.List;
import java.util.Optional;

/// The verb create.
final class Creation<T extends KubernetesObject> {
  /// How many generated names are tried before the client is asked to come again.
  private static final int GENERATED_NAMES_MAX = 8;

  /// How often something else is handed out when another server was faster.
  private static final int TAKEN_ALONG_MAX = 8;

  private static final int RETRY_AFTER_SECONDS = 1;

  private final Registry<T> registry;
  private final Strategy<T> strategy;
  private final Environment environment;

  Creation(Registry<T> registry, Strategy<T> strategy, Environment environment) {
    this.registry = registry;
    this.strategy = strategy;
    this.environment = environment;
  }

  /// POST to a collection.
  ///
  /// @param tracker records the writer's fields: those it sent and the defaults it accepted, not
  ///   what admission or the server's own rules add
  T create(Call call, String namespace, T incoming, Tracker<T> tracker)
      throws InterruptedException {
    checkNew(incoming);
    var placed = Metadata.inNamespace(registry.type(), incoming, namespace);
    var admitted = admit(call, namespace, tracked(call, placed, tracker));
    for (int attempt = 1; ; attempt++) {
      try {
        return store(call, admitted);
      } catch (ApiException refused) {
        boolean generated =
            admitted.metadata().name().isEmpty() && !admitted.metadata().generateName().isEmpty();
        if (!generated || !refused.isAlreadyExists()) {
          throw refused;
        }
        if (attempt == GENERATED_NAMES_MAX) {
          throw ApiException.generateNameConflict(
              registry.type().groupResource(),
              admitted.metadata().generateName(),
              RETRY_AFTER_SECONDS);
        }
      }
    }
  }

  /// Rather nobody manages the fields than that the object cannot be written.
  private T store(Call call, T admitted) throws InterruptedException {
    try {
      return stored(call, admitted);
    } catch (TooLargeException tooLarge) {
      if (admitted.metadata().managedFields().isEmpty()) {
        throw tooLarge;
      }
      return stored(call, Metadata.unmanaged(admitted));
    }
  }

  /// Prepares anew if what was handed out along with the object was taken by another server.
  private T stored(Call call, T admitted) throws InterruptedException {
    return strategy.inTurn(
        () -> {
          for (int attempt = 1; ; attempt++) {
            try {
              return registry.create(put(prepare(call, admitted)), call.dryRun());
            } catch (ApiException refused) {
              if (!refused.isConflict() || attempt == TAKEN_ALONG_MAX) {
                throw refused;
              }
            }
          }
        });
  }

  private Change.Put<T> put(T prepared) throws InterruptedException {
    return new Change.Put<>(
        prepared, strategy.timeToLive(prepared), strategy.alongWithCreate(prepared));
  }

  /// The object with its first managers.
  T tracked(Call call, T incoming, Tracker<T> tracker) throws InterruptedException {
    var owned = Owners.once(call, incoming, Owners.DUPLICATES);
    return tracker.update(Optional.empty(), owned, call.manager(), "");
  }

  /// The admitted object as it will be stored.
  T prepare(Call call, T admitted) throws InterruptedException {
    var named = Metadata.named(admitted, environment.random());
    var fresh = Metadata.asNew(named, environment.clock().instant(), environment.random());
    var prepared = strategy.prepareForCreate(call, fresh);
    FieldError.throwIfAny(strategy.validate(call, prepared), prepared);
    strategy.warnings(prepared, null).forEach(call.warnings()::add);
    environment.admission().validate(request(call, prepared.metadata().namespace(), prepared));
    return prepared;
  }

  @SuppressWarnings("unchecked") // Admission changes objects, not their types.
  T admit(Call call, String namespace, T tracked) throws InterruptedException {
    var request = request(call, namespace, tracked);
    T admitted = (T) requireNonNull(environment.admission().mutate(request));
    return Owners.once(call, admitted, Owners.DUPLICATES_AFTER_ADMISSION);
  }

  private AdmissionRequest request(Call call, String namespace, T object) {
    return new AdmissionRequest(
        Operation.CREATE,
        call,
        registry.type(),
        "",
        registry.type().namespaced() ? namespace : "",
        object.metadata().name(),
        object,
        null);
  }

  private void checkNew(T incoming) {
    var metadata = incoming.metadata();
    if (!metadata.resourceVersion().isEmpty()) {
      throw ApiException.badRequest("resourceVersion should not be set on objects to be created");
    }
    if (metadata.name().isEmpty() && metadata.generateName().isEmpty()) {
      var cause =
          StatusCause.EMPTY
              .withReason("FieldValueRequired")
              .withMessage("Required value: name or generateName is required")
              .withField("metadata.name");
      throw ApiException.invalid(
          registry.type().gvk().group(), registry.type().gvk().kind(), "", List.of(cause));
    }
  }
}
