package io.kubejar.standalone;

import io.kubejar.api.core.v1.Node;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.client.HttpApiClient;
import io.kubejar.client.Kubeconfig;
import io.kubejar.client.ListOptions;
import io.kubejar.standalone.layout.ClusterRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What runs of a cluster, and how well.
///
/// @param pid of the process; 0 if none runs
/// @param trouble what keeps it from being healthy; empty if nothing does
record ClusterStatus(
    ClusterRecord cluster,
    long pid,
    Optional<Instant> since,
    String version,
    List<NodeLine> nodes,
    String trouble) {

  /// People want to see that nodes are there; programs get all of them.
  private static final int NODES_SHOWN = 10;

  /// One node, as far as this table goes.
  record NodeLine(String name, boolean ready, String version) {
    static NodeLine of(Node node) {
      boolean ready =
          node.status().conditions().stream()
              .anyMatch(each -> each.type().equals("Ready") && each.status().equals("True"));
      return new NodeLine(node.metadata().name(), ready, node.status().nodeInfo().kubeletVersion());
    }
  }

  boolean healthy() {
    return trouble.isEmpty();
  }

  static ClusterStatus of(ClusterRecord cluster) throws InterruptedException {
    var holder = ClusterLock.holder(cluster.layout());
    if (holder.isEmpty()) {
      return new ClusterStatus(cluster, 0, Optional.empty(), "", List.of(), "it is not running");
    }
    var process = holder.get();
    var since = process.info().startInstant();
    var kubeconfig = cluster.layout().adminKubeconfig();
    if (!Files.exists(kubeconfig)) {
      return new ClusterStatus(
          cluster, process.pid(), since, "", List.of(), "it has not finished starting");
    }
    try (var clock = new RealClock();
        var client =
            new HttpApiClient(Kubeconfig.load(kubeconfig).access("kubejar-status"), clock)) {
      var ready = client.text("/readyz");
      var version =
          client.text("/version").replaceAll("(?s).*\"gitVersion\":\\s*\"([^\"]*)\".*", "$1");
      var nodes =
          client.list(Node.RESOURCE, ListOptions.ALL).items().stream().map(NodeLine::of).toList();
      return new ClusterStatus(
          cluster, process.pid(), since, version, nodes, trouble(cluster, ready, nodes));
    } catch (ApiException | IOException e) {
      return new ClusterStatus(
          cluster,
          process.pid(),
          since,
          "",
          List.of(),
          "the API server does not answer: " + e.getMessage());
    }
  }

  private static String trouble(ClusterRecord cluster, String readiness, List<NodeLine> nodes) {
    if (!readiness.strip().equals("ok")) {
      return "the API server is not ready";
    }
    var notReady = nodes.stream().filter(node -> !node.ready()).map(NodeLine::name).toList();
    if (!notReady.isEmpty()) {
      return "not Ready: " + String.join(", ", notReady);
    }
    return cluster.node() && nodes.isEmpty() ? "its node has not registered" : "";
  }

  /// Whether anything is kept when the process ends.
  private boolean stored() {
    return Files.exists(cluster.layout().store());
  }

  String text() {
    var text = new StringBuilder();
    text.append("Cluster ")
        .append(cluster.name())
        .append(healthy() ? " is healthy" : ": " + trouble);
    if (pid != 0) {
      text.append("\n  process     ").append(pid);
      since.ifPresent(start -> text.append(", since ").append(start));
      text.append("\n  API server  https://127.0.0.1:").append(cluster.apiPort());
      if (!version.isEmpty()) {
        text.append(", ").append(version);
      }
    }
    text.append("\n  data        ").append(cluster.dataDir());
    text.append("\n  store       ").append(stored() ? "embedded log, durable" : "in memory");
    for (var node : nodes.subList(0, Math.min(nodes.size(), NODES_SHOWN))) {
      text.append("\n  node        ")
          .append(node.name())
          .append(node.ready() ? ", Ready, " : ", not Ready, ")
          .append(node.version());
    }
    if (nodes.size() > NODES_SHOWN) {
      text.append("\n  and ").append(nodes.size() - NODES_SHOWN).append(" nodes more");
    }
    return text.toString();
  }

  String json() {
    var nodeList =
        nodes.stream()
            .map(
                node ->
                    JsonObject.of("name", new JsonString(node.name()))
                        .with("ready", JsonBoolean.of(node.ready()))
                        .with("version", new JsonString(node.version())))
            .toList();
    var tree =
        JsonObject.of("name", new JsonString(cluster.name()))
            .with("healthy", JsonBoolean.of(healthy()))
            .with("trouble", new JsonString(trouble))
            .with("pid", JsonNumber.of(pid))
            .with("since", new JsonString(since.map(Instant::toString).orElse("")))
            .with("server", new JsonString("https://127.0.0.1:" + cluster.apiPort()))
            .with("version", new JsonString(version))
            .with("dataDir", new JsonString(cluster.dataDir().toString()))
            .with("store", new JsonString(stored() ? "embedded" : "memory"))
            .with("nodes", new JsonArray(List.copyOf(nodeList)));
    return JsonPrinter.print(tree);
  }
}
