package io.kubejar.api.quota;

import io.kubejar.apimachinery.GroupResource;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Finds the evaluator of a resource: some use more than their number.
public final class Evaluators {
  /// Events come and go by themselves.
  private static final Set<GroupResource> IGNORED =
      Set.of(new GroupResource("", "events"), new GroupResource("events.k8s.io", "events"));

  private final Map<GroupResource, Evaluator> special;

  public Evaluators(InstantSource clock) {
    special =
        List.of(new PodUsage(clock), new ServiceUsage(), new ClaimUsage(), new DeviceUsage())
            .stream()
            .collect(Collectors.toMap(Evaluator::resource, Function.identity()));
  }

  /// Whether no quota limits this resource.
  public static boolean ignores(GroupResource resource) {
    return IGNORED.contains(resource);
  }

  public Evaluator of(GroupResource resource) {
    var own = special.get(resource);
    return own == null ? ObjectCount.of(resource) : own;
  }
}
