package io.kubejar.scheduler.framework;

import io.kubejar.api.core.v1.Affinity;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.client.nodes.RequiredNodes;
import io.kubejar.client.nodes.Tolerations;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A pod with everything about it that the rules need, worked out once.
public final class PodInfo {
  private final Pod pod;
  private final ObjectKey key;
  private final long[] requests;
  private final long[] usualRequests;
  private final List<HostPort> hostPorts;
  private final PodAffinities affinities;
  private final Tolerations tolerations;
  private final RequiredNodes requiredNodes;
  private final String controllerUid;

  private PodInfo(Pod pod, ResourceNames names) {
    this.pod = pod;
    key = ObjectKey.of(pod);
    long[] one = {0, 0, 0, 1};
    requests = ResourceNames.add(PodRequests.of(pod, names), one);
    usualRequests = PodRequests.filledIn(pod, names);
    hostPorts = HostPort.of(pod);
    affinities = PodAffinities.of(pod);
    tolerations = new Tolerations(pod.spec().tolerations());
    requiredNodes = RequiredNodes.of(pod.spec());
    controllerUid =
        pod.metadata().ownerReferences().stream()
            .filter(owner -> Boolean.TRUE.equals(owner.controller()))
            .map(OwnerReference::uid)
            .findFirst()
            .orElse("");
  }

  public static PodInfo of(Pod pod, ResourceNames names) {
    return new PodInfo(pod, names);
  }

  public Pod pod() {
    return pod;
  }

  public ObjectKey key() {
    return key;
  }

  public String uid() {
    return pod.metadata().uid();
  }

  public String namespace() {
    return key.namespace();
  }

  public Map<String, String> labels() {
    return pod.metadata().labels();
  }

  public int priority() {
    var priority = pod.spec().priority();
    return priority == null ? 0 : priority;
  }

  public @Nullable Affinity affinity() {
    return pod.spec().affinity();
  }

  /// The amount asked of a resource.
  public long request(int place) {
    return ResourceNames.at(requests, place);
  }

  /// The same, with usual values in place of missing requests.
  public long usualRequest(int place) {
    return ResourceNames.at(usualRequests, place);
  }

  public int resourceCount() {
    return requests.length;
  }

  public List<HostPort> hostPorts() {
    return hostPorts;
  }

  public PodAffinities affinities() {
    return affinities;
  }

  public Tolerations tolerations() {
    return tolerations;
  }

  public RequiredNodes requiredNodes() {
    return requiredNodes;
  }

  /// The UID of what made the pod; empty if nothing did.
  public String controllerUid() {
    return controllerUid;
  }

  public boolean isBeingDeleted() {
    return pod.metadata().deletionTimestamp() != null;
  }

  long[] requests() {
    return requests;
  }

  long[] usualRequests() {
    return usualRequests;
  }

  @Override
  public String toString() {
    return key.toString();
  }
}
