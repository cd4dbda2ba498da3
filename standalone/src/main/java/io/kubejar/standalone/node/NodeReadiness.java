package io.kubejar.standalone.node;

import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.NodeCondition;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.client.Client;
import io.kubejar.client.ListOptions;
import io.kubejar.client.WatchEvent;
import io.kubejar.client.WatchOptions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Predicate;

/// Waits until a node says that it takes pods. What it said before it was started this time does
/// not count: after a crash the old words still stand.
///
/// @param since when the node was started
record NodeReadiness(Client client, String nodeName, Instant since) {
  private static final String LEASES = "kube-node-lease";

  void await() throws InterruptedException {
    var named = ListOptions.ALL.withFieldSelector("metadata.name=" + nodeName);
    await(Lease.RESOURCE, named.withNamespace(LEASES), this::isRenewed);
    await(Node.RESOURCE, named, this::isReady);
  }

  private boolean isRenewed(Lease lease) {
    var renewed = lease.spec().renewTime();
    return renewed != null && !renewed.isBefore(since);
  }

  private boolean isReady(Node node) {
    return node.status().conditions().stream()
        .filter(condition -> condition.type().equals("Ready"))
        .anyMatch(condition -> condition.status().equals("True") && isFresh(condition));
  }

  /// Heartbeats have whole seconds.
  private boolean isFresh(NodeCondition condition) {
    var heartbeat = condition.lastHeartbeatTime();
    return heartbeat != null && !heartbeat.isBefore(since.truncatedTo(ChronoUnit.SECONDS));
  }

  private <T extends KubernetesObject> void await(
      ResourceType<T> type, ListOptions selection, Predicate<T> wanted)
      throws InterruptedException {
    while (true) {
      var known = client.list(type, selection);
      if (known.items().stream().anyMatch(wanted)) {
        return;
      }
      var news = WatchOptions.after(selection, known.resourceVersion());
      try (var watch = client.watch(type, news)) {
        for (var event = watch.take(); !isEnd(event); event = watch.take()) {
          if (tells(event, wanted)) {
            return;
          }
        }
      }
    }
  }

  private static <T extends KubernetesObject> boolean tells(
      WatchEvent<T> event, Predicate<T> wanted) {
    return switch (event) {
      case WatchEvent.Added<T>(var object) -> wanted.test(object);
      case WatchEvent.Modified<T>(var object) -> wanted.test(object);
      case WatchEvent.Deleted<T> _,
          WatchEvent.Bookmark<T> _,
          WatchEvent.Failed<T> _,
          WatchEvent.Closed<T> _ ->
          false;
    };
  }

  private static boolean isEnd(WatchEvent<?> event) {
    return event instanceof WatchEvent.Closed<?> || event instanceof WatchEvent.Failed<?>;
  }
}
