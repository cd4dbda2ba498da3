package io.kubejar.api.quota;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodAffinityTerm;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.ScopedResourceSelectorRequirement;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.Quantity;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Pods and what they ask of nodes. A pod that has ended is only counted.
record PodUsage(InstantSource clock) implements Evaluator {
  private static final GroupResource PODS = new GroupResource("", "pods");
  private static final String COUNT = ObjectCount.name(PODS);
  private static final String REQUESTS = "requests.";
  private static final String LIMITS = "limits.";
  private static final String DEVICES = "deviceclass.resource.kubernetes.io/";
  private static final String HUGE_PAGES = "hugepages-";
  private static final List<String> COMPUTE = List.of("cpu", "memory", "ephemeral-storage");
  private static final Set<String> NAMES = names();

  /// What every container must say if it is limited. Upstream calls it a mistake that stays.
  private static final Set<String> DEMANDED =
      Set.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");

  private static Set<String> names() {
    var names = new TreeSet<>(Set.of(COUNT, "pods"));
    for (var resource : COMPUTE) {
      names.addAll(List.of(resource, REQUESTS + resource, LIMITS + resource));
    }
    return names;
  }

  @Override
  public GroupResource resource() {
    return PODS;
  }

  @Override
  public boolean counts(boolean update, String subresource) {
    return update ? subresource.equals("resize") : subresource.isEmpty();
  }

  @Override
  public Set<String> tracked(Collection<String> names) {
    var tracked = new TreeSet<String>();
    for (var name : names) {
      boolean pages = name.startsWith(HUGE_PAGES) || name.startsWith(REQUESTS + HUGE_PAGES);
      if (NAMES.contains(name) || pages || (name.startsWith(REQUESTS) && !isNative(name))) {
        tracked.add(name);
      }
    }
    return tracked;
  }

  /// Devices of a class that no resource stands for have a name that only looks native.
  private static boolean isNative(String name) {
    return !name.contains("/")
        || (name.contains("kubernetes.io/")
            && !name.startsWith(DEVICES)
            && !name.startsWith(REQUESTS + DEVICES));
  }

  @Override
  public boolean changesScope(KubernetesObject old, KubernetesObject now) {
    return isTerminating((Pod) old) != isTerminating((Pod) now);
  }

  @Override
  public boolean inScope(ScopedResourceSelectorRequirement scope, KubernetesObject object) {
    var pod = (Pod) object;
    return switch (scope.scopeName()) {
      case "Terminating" -> isTerminating(pod);
      case "NotTerminating" -> !isTerminating(pod);
      case "BestEffort" -> isBestEffort(pod);
      case "NotBestEffort" -> !isBestEffort(pod);
      case "PriorityClass" -> {
        var name = pod.spec().priorityClassName();
        yield Scopes.matches(scope, name.isEmpty() ? Set.of() : Set.of(name));
      }
      case "CrossNamespacePodAffinity" -> looksAcrossNamespaces(pod);
      default -> false;
    };
  }

  private static boolean isTerminating(Pod pod) {
    var deadline = pod.spec().activeDeadlineSeconds();
    return deadline != null && deadline >= 0;
  }

  private static boolean isBestEffort(Pod pod) {
    var known = pod.status().qosClass();
    return known.isEmpty() ? !asksForCompute(pod.spec()) : known.equals("BestEffort");
  }

  private static boolean asksForCompute(PodSpec spec) {
    var own = spec.resources();
    return (own != null && (asks(own.requests()) || asks(own.limits())))
        || Stream.concat(spec.containers().stream(), spec.initContainers().stream())
            .map(Container::resources)
            .anyMatch(resources -> asks(resources.requests()) || asks(resources.limits()));
  }

  private static boolean asks(Map<String, Quantity> amounts) {
    return Stream.of("cpu", "memory")
        .anyMatch(name -> amounts.getOrDefault(name, Quantity.ZERO).signum() > 0);
  }

  private static boolean looksAcrossNamespaces(Pod pod) {
    var affinity = pod.spec().affinity();
    if (affinity == null) {
      return false;
    }
    var terms = new ArrayList<PodAffinityTerm>();
    var near = affinity.podAffinity();
    if (near != null) {
      terms.addAll(near.requiredDuringSchedulingIgnoredDuringExecution());
      near.preferredDuringSchedulingIgnoredDuringExecution()
          .forEach(weighted -> terms.add(weighted.podAffinityTerm()));
    }
    var far = affinity.podAntiAffinity();
    if (far != null) {
      terms.addAll(far.requiredDuringSchedulingIgnoredDuringExecution());
      far.preferredDuringSchedulingIgnoredDuringExecution()
          .forEach(weighted -> terms.add(weighted.podAffinityTerm()));
    }
    return terms.stream()
        .anyMatch(term -> !term.namespaces().isEmpty() || term.namespaceSelector() != null);
  }

  /// Whether the pod says what it needs as a whole.
  private static boolean speaksForItself(PodSpec spec) {
    var own = spec.resources();
    return own != null
        && Stream.concat(own.requests().keySet().stream(), own.limits().keySet().stream())
            .anyMatch(
                name -> name.equals("cpu") || name.equals("memory") || name.startsWith(HUGE_PAGES));
  }

  @Override
  public Optional<String> missing(Collection<String> limited, KubernetesObject object) {
    var demanded = new TreeSet<>(limited);
    demanded.retainAll(DEMANDED);
    var lacking = new TreeMap<String, TreeSet<String>>();
    var spec = ((Pod) object).spec();
    if (speaksForItself(spec)) {
      return Optional.empty();
    }
    Stream.concat(spec.containers().stream(), spec.initContainers().stream())
        .forEach(
            container -> {
              var resources = container.resources();
              var said = charged(resources.requests(), resources.limits()).keySet();
              for (var name : demanded) {
                if (!said.contains(name)) {
                  lacking.computeIfAbsent(name, _ -> new TreeSet<>()).add(container.name());
                }
              }
            });
    return lacking.isEmpty()
        ? Optional.empty()
        : Optional.of(
            lacking.entrySet().stream()
                .map(entry -> entry.getKey() + " for: " + String.join(",", entry.getValue()))
                .collect(Collectors.joining("; ", "must specify ", "")));
  }

  @Override
  public Map<String, Quantity> usage(KubernetesObject object) {
    var pod = (Pod) object;
    Map<String, Quantity> usage = new TreeMap<>(Map.of(COUNT, Quantity.of(1)));
    return hasEnded(pod)
        ? usage
        : Amounts.add(usage, charged(PodTotals.requests(pod), PodTotals.limits(pod)));
  }

  /// Whether it needs nothing any more, or should long be gone.
  private boolean hasEnded(Pod pod) {
    var phase = pod.status().phase();
    var deletion = pod.metadata().deletionTimestamp();
    var grace = pod.metadata().deletionGracePeriodSeconds();
    boolean overdue =
        deletion != null
            && grace != null
            && clock.instant().isAfter(deletion.plus(Duration.ofSeconds(grace)));
    return phase.equals("Failed") || phase.equals("Succeeded") || overdue;
  }

  /// Requests and limits under the names that quotas have for them.
  private static Map<String, Quantity> charged(
      Map<String, Quantity> requests, Map<String, Quantity> limits) {
    var charged = new TreeMap<String, Quantity>();
    charged.put("pods", Quantity.of(1));
    requests.forEach(
        (name, amount) -> {
          boolean plain = COMPUTE.contains(name) || name.startsWith(HUGE_PAGES);
          if (plain) {
            charged.put(name, amount);
          }
          if (plain || (!isNative(name) && !name.startsWith(REQUESTS))) {
            charged.put(REQUESTS + name, amount);
          }
        });
    limits.forEach(
        (name, amount) -> {
          if (COMPUTE.contains(name)) {
            charged.put(LIMITS + name, amount);
          }
        });
    return charged;
  }
}
