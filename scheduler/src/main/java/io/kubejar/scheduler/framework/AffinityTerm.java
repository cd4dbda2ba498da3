package io.kubejar.scheduler.framework;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodAffinityTerm;
import io.kubejar.apimachinery.selector.Selector;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which pods count, and what "near" means for them.
///
/// @param namespaceSelector null if only the named namespaces count
public record AffinityTerm(
    Selector selector,
    Set<String> namespaces,
    @Nullable Selector namespaceSelector,
    String topologyKey) {

  static AffinityTerm of(Pod pod, PodAffinityTerm term) {
    var namespaceSelector = term.namespaceSelector();
    var named = term.namespaces();
    return new AffinityTerm(
        LabelMatching.selector(
            term.labelSelector(),
            pod.metadata().labels(),
            term.matchLabelKeys(),
            term.mismatchLabelKeys()),
        named.isEmpty() && namespaceSelector == null
            ? Set.of(pod.metadata().namespace())
            : Set.copyOf(named),
        namespaceSelector == null ? null : LabelMatching.selector(namespaceSelector),
        term.topologyKey());
  }

  public boolean matches(PodInfo pod, ClusterView cluster) {
    return (namespaces.contains(pod.namespace())
            || (namespaceSelector != null
                && namespaceSelector.matches(cluster.namespaceLabels(pod.namespace()))))
        && selector.matches(pod.labels());
  }
}
