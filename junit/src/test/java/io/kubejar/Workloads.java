package io.kubejar;

import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.Pod;
import java.util.List;

/// What the tests run, and how they look at it.
final class Workloads {
  private Workloads() {}

  /// A Deployment `web` in the default namespace.
  static String deployment(int replicas, String image) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: %d
      progressDeadlineSeconds: 120
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web, version: %s}}
        spec: {containers: [{name: main, image: %s}]}
    """
        .formatted(replicas, image, image);
  }

  /// A pod with one container in the default namespace, of its own label `app`.
  static String pod(String name, String restartPolicy) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s, labels: {app: %s}}
    spec: {restartPolicy: %s, containers: [{name: main, image: web}]}
    """
        .formatted(name, name, restartPolicy);
  }

  static boolean isReady(Pod pod) {
    return pod.status().conditions().stream()
        .anyMatch(it -> it.type().equals("Ready") && it.status().equals("True"));
  }

  static ContainerStatus container(List<Pod> pods) {
    return pods.getFirst().status().containerStatuses().getFirst();
  }
}
