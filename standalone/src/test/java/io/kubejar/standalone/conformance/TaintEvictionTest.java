package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Placement.pod;
import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

/// Pods leave a node whose taint they do not tolerate, or not for long.
///
/// Upstream's pods tolerate for 5 to 25 seconds, and it waits for minutes; here they tolerate for 1
/// to 3, and what should not happen is asked for after something that happens later.
final class TaintEvictionTest {
  private static final String KEY = "kubernetes.io/e2e-evict-taint-key";

  @Conformance(
      "[sig-node] NoExecuteTaintManager Single Pod [Serial] removing taint cancels eviction"
          + " [Disruptive]")
  void cancelledEviction(Api api) throws Exception {
    var placement = new Placement(api);
    var node = Placement.NODES.getFirst();
    var later = KEY + "-later";
    var both = tolerating(KEY, 1) + ", " + forEver(later);
    placement.run(pod("stays", on(node, both)));
    placement.run(pod("goes", on(node, forEver(KEY) + ", " + tolerating(later, 3))));
    try (var watch = api.watch(api.core("pods"), "")) {
      placement.tainted(node, KEY).close();
      try (var _ = placement.tainted(node, later)) {
        assertThat(watch.next("DELETED").name()).isEqualTo("goes");
      }
    }
    var stays = api.get(api.core("pods/stays"));
    assertThat(text(stays, "metadata.deletionTimestamp")).isEmpty();
    assertThat(Api.hasCondition(stays, "Ready", "True")).isTrue();
  }

  @Conformance(
      "[sig-node] NoExecuteTaintManager Multiple Pods [Serial] evicts pods with"
          + " minTolerationSeconds [Disruptive]")
  void evictions(Api api) throws Exception {
    var placement = new Placement(api);
    var node = Placement.NODES.getLast();
    placement.run(pod("taint-eviction-b1", on(node, tolerating(KEY, 1))));
    placement.run(pod("taint-eviction-b2", on(node, tolerating(KEY, 3))));
    try (var watch = api.watch(api.core("pods"), "");
        var _ = placement.tainted(node, KEY)) {
      assertThat(watch.next("DELETED").name()).isEqualTo("taint-eviction-b1");
      assertThat(watch.next("DELETED").name()).isEqualTo("taint-eviction-b2");
    }
  }

  private static String on(String node, String tolerations) {
    return Placement.on(node) + "tolerations: [" + tolerations + "]";
  }

  private static String tolerating(String key, int seconds) {
    return "{key: %s, value: evictTaintVal, effect: NoExecute, tolerationSeconds: %d}"
        .formatted(key, seconds);
  }

  private static String forEver(String key) {
    return "{key: %s, value: evictTaintVal, effect: NoExecute}".formatted(key);
  }
}
