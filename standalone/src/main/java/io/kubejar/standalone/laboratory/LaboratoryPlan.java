package io.kubejar.standalone.laboratory;

import java.util.ArrayList;
import java.util.List;

/// How large a laboratory is.
///
/// @param nodes how many simulated nodes
/// @param pods how many pods, in Deployments; 0 for none
public record LaboratoryPlan(int nodes, int pods) {
  /// What a kubelet takes at most, unless it is told otherwise.
  public static final int PODS_PER_NODE = 110;

  private static final int REPLICAS_MAX = 500;
  private static final int DEPLOYMENTS_PER_NAMESPACE = 20;

  public LaboratoryPlan {
    if (nodes < 0 || pods < 0) {
      throw new IllegalArgumentException("no number of nodes or pods: " + nodes + ", " + pods);
    }
  }

  /// One Deployment of the load.
  record Share(String namespace, String name, int replicas) {}

  /// The pods, shared out among Deployments of at most 500.
  List<Share> shares() {
    var shares = new ArrayList<Share>();
    for (int left = pods; left > 0; left -= REPLICAS_MAX) {
      int number = shares.size();
      shares.add(
          new Share(
              "load-" + number / DEPLOYMENTS_PER_NAMESPACE,
              "web-" + number,
              Math.min(left, REPLICAS_MAX)));
    }
    return shares;
  }
}
