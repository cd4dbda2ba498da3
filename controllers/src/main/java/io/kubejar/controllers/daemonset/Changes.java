package io.kubejar.controllers.daemonset;

import io.kubejar.api.core.v1.Pod;
import java.util.List;

/// What a plan asks for.
///
/// @param create the names of the nodes that get a pod
/// @param delete the pods that go
record Changes(List<String> create, List<Pod> delete) {}
