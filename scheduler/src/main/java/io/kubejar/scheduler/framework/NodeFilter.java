package io.kubejar.scheduler.framework;

/// A [FilterPlugin]'s question, prepared for one pod.
@FunctionalInterface
public interface NodeFilter {
  /// The answer of a rule that does not concern the pod. The caller skips it.
  NodeFilter ANY_NODE = node -> Verdict.fits();

  Verdict filter(NodeInfo node);
}
