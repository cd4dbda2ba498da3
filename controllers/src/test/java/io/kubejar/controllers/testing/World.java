package io.kubejar.controllers.testing;

import io.kubejar.api.core.v1.Event;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.client.Component;
import io.kubejar.client.ListOptions;
import io.kubejar.client.SteppedRuntime;
import io.kubejar.client.testing.InMemoryApi;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/// An API in memory, a clock that a test moves, and the controllers under test.
public final class World {
  private static final int STEPS_MAX = 20_000;

  public final VirtualClock clock = new VirtualClock();
  public final InMemoryApi api = new InMemoryApi(clock);
  public final SteppedRuntime runtime = new SteppedRuntime(api, clock, new Random(1));

  public World(Component... components) {
    for (var component : components) {
      component.install(runtime);
    }
  }

  public <T extends KubernetesObject> T create(ResourceType<T> type, T object) {
    return api.create(type, object);
  }

  public <T extends KubernetesObject> T get(ResourceType<T> type, String namespace, String name) {
    return api.get(type, new ObjectKey(namespace, name));
  }

  public <T extends KubernetesObject> List<T> list(ResourceType<T> type) {
    return api.list(type, ListOptions.ALL).items();
  }

  public <T extends KubernetesObject> T change(
      ResourceType<T> type, String namespace, String name, UnaryOperator<T> change) {
    return api.update(type, change.apply(get(type, namespace, name)));
  }

  public void delete(ResourceType<?> type, String namespace, String name) {
    api.delete(type, new ObjectKey(namespace, name), DeleteOptions.EMPTY);
  }

  public void settle() throws InterruptedException {
    runtime.runUntilIdle(STEPS_MAX);
  }

  public void pass(Duration time) throws InterruptedException {
    clock.advance(time);
    settle();
  }

  /// Every pod that exists becomes running and ready, as a kubelet would have it; those being
  /// deleted go.
  public void runPods() throws InterruptedException {
    for (var pod : list(Pod.RESOURCE)) {
      if (pod.metadata().deletionTimestamp() != null) {
        api.delete(Pod.RESOURCE, ObjectKey.of(pod), DeleteOptions.EMPTY.withGracePeriodSeconds(0L));
      } else if (!pod.status().phase().equals("Running")) {
        setReady(pod, true);
      }
    }
    settle();
  }

  public void setReady(Pod pod, boolean ready) throws InterruptedException {
    var current = api.get(Pod.RESOURCE, ObjectKey.of(pod));
    var condition =
        PodCondition.EMPTY
            .withType("Ready")
            .withStatus(ready ? "True" : "False")
            .withLastTransitionTime(clock.instant());
    api.updateStatus(
        Pod.RESOURCE,
        current.withStatus(
            current.status().withPhase("Running").withConditions(List.of(condition))));
  }

  /// The reasons and messages of the events about an object, in the order of their first sight.
  public List<String> events(String name) {
    return list(Event.RESOURCE).stream()
        .filter(event -> event.involvedObject().name().equals(name))
        .sorted(java.util.Comparator.comparing(event -> event.metadata().name()))
        .map(event -> event.reason() + ": " + event.message())
        .toList();
  }
}
