package io.kubejar;

import io.kubejar.ApiRequest.Caller;
import io.kubejar.ApiRequest.Target;
import io.kubejar.Fault.Effect;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.registry.StorageLayout;
import io.kubejar.apiserver.verbs.Resources;
import io.kubejar.controlplane.ControlPlaneOptions;
import io.kubejar.storage.Event;
import io.kubejar.storage.MemoryStore;
import io.kubejar.storage.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What goes between clients and one API server, from the network and in this process.
///
/// @param store the server's
record Traffic(
    MemoryStore store,
    Clock clock,
    RequestLog log,
    ClusterFaults faults,
    AtomicReference<@Nullable Resources> served) {
  private static final long UNKNOWN = -1;
  private static final int CREATED = 201;

  Traffic(MemoryStore store, Clock clock, RequestLog log, ClusterFaults faults) {
    this(store, clock, log, faults, new AtomicReference<>());
  }

  /// Lets all requests of a control plane come past here.
  ControlPlaneOptions through(ControlPlaneOptions options) {
    var access = options.access();
    return options
        .withAccess(
            server ->
                access
                    .apply(server)
                    .withGuest(new HttpTraffic(this))
                    .withSilentWebhooks(faults::isSilent))
        .withClients((client, user, manager) -> ClientTraffic.of(client, user, manager, this));
  }

  /// Stale reads need to know what there is; before this, all reads are fresh.
  void serves(Resources resources) {
    served.set(resources);
  }

  /// What meets a request, when nothing of it has been done yet.
  ///
  /// @throws ApiException if the server refuses it
  Optional<Effect> meet(Begun begun) {
    if (faults.isCrashed()) {
      throw Refusals.crashed();
    }
    var effect = faults.ofRequest(begun.at(), begun.caller(), begun.target());
    if (effect.isPresent() && effect.get() instanceof Effect.Refusal refusal) {
      throw Refusals.of(refusal, begun.target());
    }
    return effect;
  }

  /// What becomes of a request that has been carried out.
  ///
  /// @throws ApiException if its client does not hear of that
  void carriedOut(Optional<Effect> effect) {
    switch (effect.orElse(null)) {
      case Effect.LostAnswer _ -> throw Refusals.answerLost();
      case Effect.Crash _ -> {
        faults.crashed(true);
        throw Refusals.crashed();
      }
      case null, default -> {
        // The client hears of it.
      }
    }
  }

  /// The revision that a stale read shows; empty if that is forgotten.
  OptionalLong past(int revisions) {
    long wanted = store.revision() - revisions;
    return wanted >= Math.max(1, store.compactedRevision())
        ? OptionalLong.of(wanted)
        : OptionalLong.empty();
  }

  /// A request that is being answered.
  record Begun(Caller caller, Target target, Instant at, long revision) {}

  Begun begin(Caller caller, Target target) {
    return new Begun(caller, target, clock.instant(), revision());
  }

  void end(Begun begun, int code) {
    var took = Duration.between(begun.at(), clock.instant());
    var target = begun.target();
    boolean moved = target.isWrite() && begun.revision() != revision();
    var own = moved ? changes(begun) : List.<Event>of();
    boolean changed = moved && (target.name().isEmpty() || !own.isEmpty());
    log.add(
        new ApiRequest(
            begun.at(), took, begun.caller(), target, made(own) ? CREATED : code, changed));
  }

  /// Clients in this process do not hear whether what they applied was there before.
  private static boolean made(List<Event> events) {
    return events.stream().anyMatch(event -> event instanceof Event.Put put && put.isCreation());
  }

  private List<Event> changes(Begun begun) {
    var keys = keys(begun.target());
    try {
      return store.changesAfter(begun.revision()).stream()
          .filter(event -> keys.contains(event.key()))
          .toList();
    } catch (StoreException _) {
      return List.of(); // Closed, or so much happened meanwhile that nobody can tell.
    }
  }

  /// Where the object may lie: as a built-in one or as a custom one.
  private static Set<String> keys(Target target) {
    var resource = new GroupResource(target.apiGroup(), target.resource());
    var path = StorageLayout.path(new ObjectKey(target.namespace(), target.name()));
    return Set.copyOf(
        List.of(
            StorageLayout.prefix(resource) + path, StorageLayout.customPrefix(resource) + path));
  }

  private long revision() {
    try {
      return store.revision();
    } catch (StoreException _) {
      return UNKNOWN; // Closed while somebody was asking.
    }
  }
}
