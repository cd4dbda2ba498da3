package io.kubejar.standalone.laboratory;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.client.Client;
import io.kubejar.client.ListOptions;
import io.kubejar.client.Patch;
import java.time.Duration;
import java.util.Map;

/// A client at the front door that asks for something ten times a second, to see how long a user
/// would wait while the laboratory is busy.
final class Visitor implements Steppable {
  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final String NAMESPACE = "default";

  /// Lists are rare, as they are in life: one in this many rounds.
  private static final int ROUNDS_PER_LIST = 20;

  private final Client client;
  private final Clock clock;
  private final Latencies latencies;
  private volatile boolean due = true;
  private Runnable wakeUp = () -> {};
  private int visits;

  Visitor(Client client, Clock clock, Latencies latencies) {
    this.client = client;
    this.clock = clock;
    this.latencies = latencies;
  }

  @Override
  public boolean step() throws InterruptedException {
    if (!due) {
      return false;
    }
    due = false;
    visit(visits++);
    clock.schedule(INTERVAL, this::fallDue);
    return true;
  }

  @Override
  public void onWork(Runnable wakeUp) {
    this.wakeUp = wakeUp;
  }

  private void visit(int number) throws InterruptedException {
    int round = number / 4;
    var name = "visitor-" + round;
    var key = new ObjectKey(NAMESPACE, name);
    switch (number % 4) {
      case 0 ->
          timed(
              "POST configmaps",
              () ->
                  client.create(
                      ConfigMap.RESOURCE,
                      ConfigMap.EMPTY
                          .withMetadata(ObjectMeta.EMPTY.withNamespace(NAMESPACE).withName(name))
                          .withData(Map.of("round", String.valueOf(round)))));
      case 1 -> timed("GET configmaps NAME", () -> client.get(ConfigMap.RESOURCE, key));
      case 2 ->
          timed(
              "PATCH configmaps NAME",
              () ->
                  client.patch(
                      ConfigMap.RESOURCE, key, Patch.merge("{\"data\":{\"round\":\"seen\"}}")));
      default -> {
        timed(
            "DELETE configmaps NAME",
            () -> client.delete(ConfigMap.RESOURCE, key, DeleteOptions.EMPTY));
        if (round % ROUNDS_PER_LIST == 0) {
          timed("LIST nodes", () -> client.list(Node.RESOURCE, ListOptions.ALL));
          timed(
              "LIST pods, one namespace",
              () -> client.list(Pod.RESOURCE, ListOptions.inNamespace("load-0")));
        }
      }
    }
  }

  private void timed(String what, Request request) throws InterruptedException {
    var begin = clock.instant();
    try {
      request.send();
    } catch (ApiException refused) {
      latencies.add(
          what + ", refused with " + refused.code(), Duration.between(begin, clock.instant()));
      return;
    }
    latencies.add(what, Duration.between(begin, clock.instant()));
  }

  private void fallDue() {
    due = true;
    wakeUp.run();
  }

  private interface Request {
    void send() throws InterruptedException;
  }
}
