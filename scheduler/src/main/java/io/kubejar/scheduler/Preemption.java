package io.kubejar.scheduler;

import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.scheduler.framework.NodeInfo;
import io.kubejar.scheduler.framework.PodInfo;
import io.kubejar.scheduler.framework.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Finds the node on which the fewest and least important pods would have to go for a pod that fits
/// nowhere.
///
/// Nothing is changed: pods are taken off a node's sums for the time of a question and put back.
final class Preemption {
  /// Nodes looked at closely for one pod; beyond that a better choice is not worth the time.
  private static final int MOST_CANDIDATES = 100;

  private static final String NOT_HELPFUL = "Preemption is not helpful for scheduling";
  private static final String NO_VICTIMS = "No preemption victims found for incoming pod";

  private static final Comparator<PodInfo> MOST_IMPORTANT_FIRST =
      Comparator.comparingInt(PodInfo::priority).reversed().thenComparing(Preemption::startTime);

  private final ClusterCache cluster;
  private final SchedulingCycle cycle;
  private final Function<String, List<PodDisruptionBudget>> budgetsOfNamespace;

  Preemption(
      ClusterCache cluster,
      SchedulingCycle cycle,
      Function<String, List<PodDisruptionBudget>> budgetsOfNamespace) {
    this.cluster = cluster;
    this.cycle = cycle;
    this.budgetsOfNamespace = budgetsOfNamespace;
  }

  /// What comes of it.
  sealed interface Plan {
    /// These pods go, and the node is promised to the pod.
    record Evict(NodeInfo node, List<PodInfo> victims) implements Plan {}

    /// The pod waits for victims that are already going.
    record Wait(String message) implements Plan {}

    /// It would not help; a promise made earlier is void.
    record Hopeless(String message) implements Plan {}
  }

  private record Candidate(NodeInfo node, List<PodInfo> victims, int budgetsViolated) {
    int highestPriority() {
      return victims.stream().mapToInt(PodInfo::priority).max().orElse(Integer.MIN_VALUE);
    }

    long sumOfPriorities() {
      // Shifted, so that many pods of negative priority do not look cheaper than one.
      return victims.stream().mapToLong(pod -> pod.priority() + (long) Integer.MAX_VALUE + 1).sum();
    }

    Instant earliestStartOfHighest() {
      int highest = highestPriority();
      return victims.stream()
          .filter(pod -> pod.priority() == highest)
          .map(Preemption::startTime)
          .min(Comparator.naturalOrder())
          .orElse(Instant.MAX);
    }
  }

  private static final Comparator<Candidate> CHEAPEST_FIRST =
      Comparator.comparingInt(Candidate::budgetsViolated)
          .thenComparingInt(Candidate::highestPriority)
          .thenComparingLong(Candidate::sumOfPriorities)
          .thenComparingInt(candidate -> candidate.victims().size())
          .thenComparing(Comparator.comparing(Candidate::earliestStartOfHighest).reversed());

  Plan plan(PodInfo pod, Diagnosis diagnosis) {
    if ("Never".equals(pod.pod().spec().preemptionPolicy())) {
      return new Plan.Wait("not eligible due to preemptionPolicy=Never.");
    }
    if (isWaitingForVictims(pod, diagnosis)) {
      return new Plan.Wait("not eligible due to a terminating pod on the nominated node.");
    }
    var candidates = new ArrayList<Candidate>();
    var reasons = new ArrayList<String>();
    for (var node : cluster.nodes()) {
      var rejection = diagnosis.rejections().get(node.name());
      if (rejection == null || !(rejection.verdict() instanceof Verdict.NotNow)) {
        reasons.add(NOT_HELPFUL);
      } else if (candidates.size() < MOST_CANDIDATES) {
        var candidate = candidate(pod, node, reasons);
        if (candidate != null) {
          candidates.add(candidate);
        }
      }
    }
    return candidates.stream()
        .min(CHEAPEST_FIRST)
        .<Plan>map(cheapest -> new Plan.Evict(cheapest.node(), cheapest.victims()))
        .orElseGet(() -> new Plan.Hopeless(Diagnosis.unavailable(cluster.nodes().size(), reasons)));
  }

  private boolean isWaitingForVictims(PodInfo pod, Diagnosis diagnosis) {
    var nominated = pod.pod().status().nominatedNodeName();
    var node = nominated.isEmpty() ? null : cluster.node(nominated);
    if (node == null) {
      return false;
    }
    var rejection = diagnosis.rejections().get(nominated);
    return !(rejection != null && rejection.verdict() instanceof Verdict.Never)
        && node.pods().stream()
            .anyMatch(other -> other.isBeingDeleted() && other.priority() < pod.priority());
  }

  private @Nullable Candidate candidate(PodInfo pod, NodeInfo node, List<String> reasons) {
    var lesser =
        node.pods().stream()
            .filter(other -> other.priority() < pod.priority())
            .sorted(MOST_IMPORTANT_FIRST)
            .toList();
    if (lesser.isEmpty()) {
      reasons.add(NO_VICTIMS);
      return null;
    }
    lesser.forEach(other -> node.remove(other.uid()));
    var present = new ArrayList<PodInfo>();
    try {
      var still = SchedulingCycle.ask(node, cycle.prepare(pod));
      if (still != null) {
        reasons.addAll(still.verdict().reasonsAgainst());
        return null;
      }
      return spare(pod, node, lesser, present);
    } finally {
      lesser.stream().filter(other -> !present.contains(other)).forEach(node::add);
    }
  }

  /// Puts back as many as possible, those whose budget would be violated and the important ones
  /// first.
  private Candidate spare(PodInfo pod, NodeInfo node, List<PodInfo> lesser, List<PodInfo> present) {
    var protectedPods = violatingBudgets(lesser);
    var order = new ArrayList<>(protectedPods);
    lesser.stream().filter(other -> !protectedPods.contains(other)).forEach(order::add);
    var victims = new ArrayList<PodInfo>();
    int violated = 0;
    for (var other : order) {
      node.add(other);
      if (SchedulingCycle.ask(node, cycle.prepare(pod)) == null) {
        present.add(other);
      } else {
        node.remove(other.uid());
        victims.add(other);
        violated += protectedPods.contains(other) ? 1 : 0;
      }
    }
    return new Candidate(node, List.copyOf(victims), violated);
  }

  private List<PodInfo> violatingBudgets(List<PodInfo> pods) {
    Map<String, Integer> allowed = new HashMap<>();
    var violating = new ArrayList<PodInfo>();
    for (var pod : pods) {
      for (var budget : budgetsOfNamespace.apply(pod.namespace())) {
        var selector = budget.spec().selector();
        if (selector == null
            || pod.labels().isEmpty()
            || !LabelSelectors.of(selector).matches(pod.labels())) {
          continue;
        }
        int left =
            allowed.merge(budget.metadata().uid(), -1, (known, by) -> known + by)
                + budget.status().disruptionsAllowed();
        if (left < 0 && !violating.contains(pod)) {
          violating.add(pod);
        }
      }
    }
    return violating;
  }

  private static Instant startTime(PodInfo pod) {
    var started = pod.pod().status().startTime();
    return started == null ? Instant.MAX : started;
  }
}
