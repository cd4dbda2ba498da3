package io.kubejar.simulation.nodes;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.Preconditions;
import io.kubejar.client.Client;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Informer;
import io.kubejar.client.Outcome;
import io.kubejar.simulation.stages.StageFunctions;
import io.kubejar.simulation.stages.StagePlayer;
import io.kubejar.simulation.stages.Stages;
import io.kubejar.simulation.template.Function;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/// Carries out what the scripts say of the pods on simulated nodes.
final class PodLives {
  static final String BY_NODE = "simulated-node";
  private static final String BY_ADDRESS = "simulated-address";

  /// How many addresses the pods' network, 10.128.0.0/9, has.
  private static final int ADDRESSES = 1 << 23;

  private final Client client;
  private final InstantSource clock;
  private final Informer<Pod> pods;
  private final PodScripts scripts;
  private final Predicate<String> alive;
  private final Stages stages;
  private final StagePlayer<Pod> player;
  private final AtomicInteger addresses = new AtomicInteger();

  /// @param stages if they speak of pods, no script counts
  PodLives(
      ComponentRuntime runtime,
      Informer<Pod> pods,
      PodScripts scripts,
      Predicate<String> alive,
      Stages stages) {
    this.client = runtime.client();
    this.clock = runtime.clock();
    this.stages = stages;
    player = new StagePlayer<>(Pod.RESOURCE, stages, runtime, this::functions);
    this.pods = pods;
    this.scripts = scripts;
    this.alive = alive;
    pods.addIndex(BY_ADDRESS, pod -> List.of(pod.status().podIP()));
  }

  Outcome reconcile(ObjectKey key) throws InterruptedException {
    var found = pods.find(key);
    if (found.isEmpty() || !alive.test(found.get().spec().nodeName())) {
      player.forget(key);
      return Outcome.done();
    }
    var pod = found.get();
    if (stages.govern("Pod")) {
      return player.play(pod);
    }
    var now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    var life = PodLife.of(pod, scripts.of(pod), now, this::nextAddress);
    try {
      if (!life.status().equals(pod.status())) {
        client.updateStatus(Pod.RESOURCE, pod.withStatus(life.status()));
      }
      if (life.gone()) {
        remove(pod);
      }
    } catch (ApiException refused) {
      if (refused.isNotFound()) {
        return Outcome.done();
      }
      throw refused;
    }
    return life.until() == null
        ? Outcome.done()
        : Outcome.checkAgain(
            Duration.between(clock.instant(), life.until()), "what the script says next");
  }

  /// What templates of stages may ask about a pod, which keeps the address that it has.
  private Map<String, Function> functions(Pod pod, Instant now) {
    var known = pod.status().podIP();
    return new StageFunctions(
            now,
            pod.spec().nodeName(),
            NodeFleet.ADDRESS,
            0,
            List.of(),
            () -> known.isEmpty() ? nextAddress() : known)
        .all();
  }

  private void remove(Pod pod) throws InterruptedException {
    var forced =
        DeleteOptions.EMPTY
            .withGracePeriodSeconds(0L)
            .withPreconditions(Preconditions.EMPTY.withUid(pod.metadata().uid()));
    client.delete(Pod.RESOURCE, ObjectKey.of(pod), forced);
  }

  private String nextAddress() {
    for (int tries = 0; tries < ADDRESSES; tries++) {
      int number = Math.floorMod(addresses.incrementAndGet(), ADDRESSES);
      var address =
          "10.%d.%d.%d".formatted(128 + (number >> 16), (number >> 8) & 255, number & 255);
      if (pods.byIndex(BY_ADDRESS, address).isEmpty()) {
        return address;
      }
    }
    throw new IllegalStateException("more pods than addresses: " + ADDRESSES);
  }
}
