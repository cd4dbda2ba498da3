package io.kubejar.simulation.nodes;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.Preconditions;
import io.kubejar.client.Client;
import io.kubejar.client.Informer;
import io.kubejar.client.Outcome;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
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
  private final AtomicInteger addresses = new AtomicInteger();

  PodLives(
      Client client,
      InstantSource clock,
      Informer<Pod> pods,
      PodScripts scripts,
      Predicate<String> alive) {
    this.client = client;
    this.clock = clock;
    this.pods = pods;
    this.scripts = scripts;
    this.alive = alive;
    pods.addIndex(BY_ADDRESS, pod -> List.of(pod.status().podIP()));
  }

  Outcome reconcile(ObjectKey key) throws InterruptedException {
    var found = pods.find(key);
    if (found.isEmpty() || !alive.test(found.get().spec().nodeName())) {
      return Outcome.done();
    }
    var pod = found.get();
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
