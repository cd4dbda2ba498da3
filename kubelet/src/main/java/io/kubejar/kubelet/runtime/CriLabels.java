package io.kubejar.kubelet.runtime;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.kubelet.pod.PodFacts;
import java.util.LinkedHashMap;
import java.util.Map;

/// What is written on sandboxes and containers, by upstream's names: with it a restarted kubelet,
/// ours or upstream's, knows again what it finds.
public final class CriLabels {
  public static final String POD_NAME = "io.kubernetes.pod.name";
  public static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";
  public static final String POD_UID = "io.kubernetes.pod.uid";
  public static final String CONTAINER_NAME = "io.kubernetes.container.name";

  static final String HASH = "io.kubernetes.container.hash";
  static final String RESTARTS = "io.kubernetes.container.restartCount";
  static final String MESSAGE_PATH = "io.kubernetes.container.terminationMessagePath";
  static final String MESSAGE_POLICY = "io.kubernetes.container.terminationMessagePolicy";
  static final String GRACE = "io.kubernetes.pod.terminationGracePeriod";

  private CriLabels() {}

  static Map<String, String> ofPod(Pod pod) {
    var labels = new LinkedHashMap<>(pod.metadata().labels());
    labels.put(POD_NAME, pod.metadata().name());
    labels.put(POD_NAMESPACE, pod.metadata().namespace());
    labels.put(POD_UID, pod.metadata().uid());
    return labels;
  }

  static Map<String, String> ofContainer(Pod pod, Container container) {
    var labels = new LinkedHashMap<String, String>();
    labels.put(CONTAINER_NAME, container.name());
    labels.put(POD_NAME, pod.metadata().name());
    labels.put(POD_NAMESPACE, pod.metadata().namespace());
    labels.put(POD_UID, pod.metadata().uid());
    return labels;
  }

  static Map<String, String> annotations(Pod pod, Container container, int attempt) {
    var annotations = new LinkedHashMap<String, String>();
    annotations.put(HASH, PodFacts.hash(container));
    annotations.put(RESTARTS, Integer.toString(attempt));
    annotations.put(MESSAGE_PATH, container.terminationMessagePath());
    annotations.put(MESSAGE_POLICY, container.terminationMessagePolicy());
    var grace = pod.spec().terminationGracePeriodSeconds();
    if (grace != null) {
      annotations.put(GRACE, grace.toString());
    }
    return annotations;
  }
}
