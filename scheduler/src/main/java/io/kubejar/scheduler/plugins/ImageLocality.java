package io.kubejar.scheduler.plugins;

import io.kubejar.api.core.v1.Container;
import io.kubejar.scheduler.framework.ClusterView;
import io.kubejar.scheduler.framework.NodeInfo;
import io.kubejar.scheduler.framework.PodInfo;
import io.kubejar.scheduler.framework.ScorePlugin;
import java.util.ArrayList;
import java.util.List;

/// Prefers nodes that already have the pod's images, the more the larger they are.
public record ImageLocality() implements ScorePlugin {
  private static final long MEGABYTE = 1024 * 1024;

  /// Less than this is pulled so fast that it does not count.
  private static final long SMALLEST_BYTES = 23 * MEGABYTE;

  /// More than this per container counts no further.
  private static final long LARGEST_BYTES = 1000 * MEGABYTE;

  @Override
  public long weight() {
    return 1;
  }

  @Override
  public NodeScorer prepare(PodInfo pod, ClusterView cluster, List<NodeInfo> feasible) {
    var images = new ArrayList<String>();
    for (Container container : pod.pod().spec().initContainers()) {
      images.add(normalized(container.image()));
    }
    for (Container container : pod.pod().spec().containers()) {
      images.add(normalized(container.image()));
    }
    double[] spread = new double[images.size()];
    double all = Math.max(1, cluster.nodes().size());
    boolean anywhere = false;
    for (int i = 0; i < spread.length; i++) {
      // An image that few nodes have would draw all pods there: count it less.
      spread[i] = cluster.nodesWithImage(images.get(i)) / all;
      anywhere |= spread[i] > 0;
    }
    if (!anywhere) {
      return NodeScorer.INDIFFERENT;
    }
    return node -> score(node, images, spread);
  }

  private static long score(NodeInfo node, List<String> images, double[] spread) {
    long sum = 0;
    for (int i = 0; i < spread.length; i++) {
      var size = node.imageSizes().get(images.get(i));
      sum += size == null ? 0 : (long) (size * spread[i]);
    }
    long largest = LARGEST_BYTES * images.size();
    long counted = Math.clamp(sum, SMALLEST_BYTES, Math.max(SMALLEST_BYTES, largest));
    return MAX_SCORE * (counted - SMALLEST_BYTES) / (largest - SMALLEST_BYTES);
  }

  /// With the tag that is meant when none is named.
  static String normalized(String image) {
    boolean tagged = image.lastIndexOf(':') > image.lastIndexOf('/') || image.contains("@");
    return tagged ? image : image + ":latest";
  }
}
