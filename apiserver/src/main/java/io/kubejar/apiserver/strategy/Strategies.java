package io.kubejar.apiserver.strategy;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/// The strategies of all kinds.
public final class Strategies {
  /// How long events are kept, unless somebody wants something else.
  public static final Duration EVENTS_KEPT = Duration.ofHours(1);

  private final Map<Class<?>, Strategy<?>> special = new LinkedHashMap<>();

  /// @param clock when conditions were told
  /// @param eventsKept how long events are kept
  public Strategies(InstantSource clock, Duration eventsKept) {
    with(new PodStrategy());
    with(new NamespaceStrategy());
    with(new JobStrategy());
    with(new SmallStrategies.Nodes());
    with(new SmallStrategies.Events(eventsKept));
    with(new SmallStrategies.OldEndpoints());
    with(new SmallStrategies.Volumes(clock));
    with(new WorkloadStrategies.Deployments());
    with(new WorkloadStrategies.DaemonSets());
    with(new SmallStrategies.Claims());
    with(new SmallStrategies.SigningRequests(clock));
    with(new DeviceClaimStrategy());
  }

  /// Uses this strategy for its kind.
  public final Strategies with(Strategy<?> strategy) {
    special.put(strategy.type().type(), strategy);
    return this;
  }

  /// The strategy of a kind: its own, or the common one.
  @SuppressWarnings("unchecked") // Strategies are kept under the type they were made for.
  public <T extends KubernetesObject> Strategy<T> of(ResourceType<T> type) {
    var own = special.get(type.type());
    return own == null ? new Strategy<>(type) : (Strategy<T>) own;
  }
}
