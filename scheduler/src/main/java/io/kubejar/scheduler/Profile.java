package io.kubejar.scheduler;

import io.kubejar.scheduler.framework.FilterPlugin;
import io.kubejar.scheduler.framework.ScorePlugin;
import io.kubejar.scheduler.plugins.ImageLocality;
import io.kubejar.scheduler.plugins.InterPodAffinity;
import io.kubejar.scheduler.plugins.NodeAffinity;
import io.kubejar.scheduler.plugins.NodeName;
import io.kubejar.scheduler.plugins.NodePorts;
import io.kubejar.scheduler.plugins.NodeResourcesBalancedAllocation;
import io.kubejar.scheduler.plugins.NodeResourcesFit;
import io.kubejar.scheduler.plugins.NodeUnschedulable;
import io.kubejar.scheduler.plugins.PodTopologySpread;
import io.kubejar.scheduler.plugins.TaintToleration;
import java.util.List;

/// The rules by which pods of one scheduler name are placed, in the order in which they are asked.
public record Profile(String schedulerName, List<FilterPlugin> filters, List<ScorePlugin> scores) {

  public Profile {
    filters = List.copyOf(filters);
    scores = List.copyOf(scores);
  }

  /// Upstream's default profile, as far as it is built.
  public static Profile standard() {
    return new Profile(
        "default-scheduler",
        List.of(
            new NodeUnschedulable(),
            new NodeName(),
            new TaintToleration(),
            new NodeAffinity(),
            new NodePorts(),
            new NodeResourcesFit(),
            new PodTopologySpread(),
            new InterPodAffinity()),
        List.of(
            new TaintToleration(),
            new NodeAffinity(),
            new NodeResourcesFit(),
            new PodTopologySpread(),
            new InterPodAffinity(),
            new NodeResourcesBalancedAllocation(),
            new ImageLocality()));
  }
}
