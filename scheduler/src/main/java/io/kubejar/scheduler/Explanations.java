package io.kubejar.scheduler;

import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.scheduler.framework.Verdict;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The last explanations, the oldest dropped first. Safe for use by many threads.
final class Explanations {
  private static final int MOST_PODS = 2_000;

  private final Map<ObjectKey, Explanation> byPod = new LinkedHashMap<>();

  synchronized void put(Explanation explanation) {
    byPod.remove(explanation.pod());
    byPod.put(explanation.pod(), explanation);
    if (byPod.size() > MOST_PODS) {
      byPod.remove(byPod.keySet().iterator().next());
    }
  }

  synchronized void remove(ObjectKey pod) {
    byPod.remove(pod);
  }

  synchronized Optional<Explanation> find(ObjectKey pod) {
    return Optional.ofNullable(byPod.get(pod));
  }

  static java.util.List<Explanation.NodeVerdict> verdicts(Diagnosis diagnosis) {
    return diagnosis.rejections().entrySet().stream()
        .limit(Explanation.MOST_VERDICTS)
        .map(
            entry ->
                new Explanation.NodeVerdict(
                    entry.getKey(),
                    entry.getValue().plugin(),
                    entry.getValue().verdict().reasonsAgainst(),
                    entry.getValue().verdict() instanceof Verdict.Never))
        .toList();
  }
}
