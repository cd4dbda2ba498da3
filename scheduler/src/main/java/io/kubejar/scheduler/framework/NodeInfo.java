package io.kubejar.scheduler.framework;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Taint;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A node with the sums of what runs on it, kept up to date pod by pod.
public final class NodeInfo {
  private final ResourceNames names;
  private final Map<String, PodInfo> pods = new LinkedHashMap<>();
  private final Map<String, PodInfo> affinityPods = new LinkedHashMap<>();
  private final Map<HostPort, Integer> usedPorts = new HashMap<>();

  /// How many pods of one controller, so that spreading them need not look at every pod.
  private final Map<String, Integer> byController = new HashMap<>();

  private Node node;
  private long[] allocatable;
  private long[] requested = new long[4];
  private long[] usualRequested = new long[4];
  private Map<String, Long> imageSizes = Map.of();

  public NodeInfo(Node node, ResourceNames names) {
    this.names = names;
    this.node = node;
    allocatable = names.vector(node.status().allocatable());
    imageSizes = imageSizes(node);
  }

  public void update(Node now) {
    node = now;
    allocatable = names.vector(now.status().allocatable());
    imageSizes = imageSizes(now);
  }

  public void add(PodInfo pod) {
    remove(pod.uid());
    pods.put(pod.uid(), pod);
    if (!pod.affinities().isEmpty()) {
      affinityPods.put(pod.uid(), pod);
    }
    requested = ResourceNames.add(requested, pod.requests());
    usualRequested = ResourceNames.add(usualRequested, pod.usualRequests());
    for (var port : pod.hostPorts()) {
      usedPorts.merge(port, 1, Integer::sum);
    }
    countSibling(pod, 1);
  }

  private void countSibling(PodInfo pod, int by) {
    if (!pod.controllerUid().isEmpty() && !pod.isBeingDeleted()) {
      byController.merge(pod.controllerUid(), by, (a, b) -> a + b == 0 ? null : a + b);
    }
  }

  /// Takes the pod out again. Without effect if it is not here.
  public void remove(String uid) {
    var pod = pods.remove(uid);
    if (pod == null) {
      return;
    }
    affinityPods.remove(uid);
    ResourceNames.subtract(requested, pod.requests());
    ResourceNames.subtract(usualRequested, pod.usualRequests());
    for (var port : pod.hostPorts()) {
      usedPorts.computeIfPresent(port, (_, count) -> count == 1 ? null : count - 1);
    }
    countSibling(pod, -1);
  }

  public Node node() {
    return node;
  }

  public String name() {
    return node.metadata().name();
  }

  public Map<String, String> labels() {
    return node.metadata().labels();
  }

  public List<Taint> taints() {
    return node.spec().taints();
  }

  public boolean isCordoned() {
    return node.spec().unschedulable();
  }

  public long allocatable(int place) {
    return ResourceNames.at(allocatable, place);
  }

  public long requested(int place) {
    return ResourceNames.at(requested, place);
  }

  /// What is requested, with usual values in place of missing requests.
  public long usualRequested(int place) {
    return ResourceNames.at(usualRequested, place);
  }

  public Collection<PodInfo> pods() {
    return Collections.unmodifiableCollection(pods.values());
  }

  /// The pods with affinity or anti-affinity terms of any kind.
  public Collection<PodInfo> affinityPods() {
    return Collections.unmodifiableCollection(affinityPods.values());
  }

  /// How many pods of a controller are here and are to stay.
  public int siblings(String controllerUid) {
    return byController.getOrDefault(controllerUid, 0);
  }

  public boolean conflicts(HostPort wanted) {
    for (var used : usedPorts.keySet()) {
      if (used.conflictsWith(wanted)) {
        return true;
      }
    }
    return false;
  }

  /// The images on the node with their sizes in bytes.
  public Map<String, Long> imageSizes() {
    return imageSizes;
  }

  @Override
  public String toString() {
    return name();
  }

  private static Map<String, Long> imageSizes(Node node) {
    var sizes = new HashMap<String, Long>();
    for (var image : node.status().images()) {
      for (var name : image.names()) {
        sizes.put(name, image.sizeBytes());
      }
    }
    return sizes;
  }
}
