package io.kubejar.kubelet.probe;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.kubelet.pod.SeenContainer;

/// Whom a probe asks.
record ProbeTarget(Pod pod, Container container, SeenContainer found, String ip) {}
