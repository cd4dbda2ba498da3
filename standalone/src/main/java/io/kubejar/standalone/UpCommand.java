package io.kubejar.standalone;

import io.kubejar.standalone.layout.ClusterRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Starts a cluster on this machine: creates it the first time, goes on with it every other time.
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a cluster: control plane and node in one process.",
      "The first time creates it; after a stop or a crash it goes on where it was, and adopts the",
      "containers that kept running. Options of the API server hold until others are given;",
      "an empty value takes a file or a list back.",
    },
    footer = {
      "",
      "Examples:",
      "  ./kubejar up                          in the foreground; Ctrl-C stops it",
      "  ./kubejar up --detach --wait          in the background; returns when the node is Ready",
      "  ./kubejar up --name two --detach      a second cluster beside the first",
      "  ./kubejar up --control-plane-only     no node, no root needed",
    })
final class UpCommand implements Callable<Integer> {
  @Mixin private ClusterSelection cluster = new ClusterSelection();

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "also write a kubeconfig of this cluster to FILE")
  private @Nullable Path kubeconfig;

  @Option(names = "--detach", description = "run in the background")
  private boolean detach;

  @Option(names = "--wait", description = "with --detach: return when the node is Ready")
  private boolean waitForNode;

  @Option(
      names = "--control-plane-only",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = {
        "no node: API server, controllers and scheduler; needs no root.",
        "A cluster that has a node only leaves it out this time;",
        "=false gives a node to a cluster that has none"
      })
  private @Nullable Boolean controlPlaneOnly;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "the API server's port (default: 6443; a free one for further clusters)")
  private @Nullable Integer port;

  @Option(
      names = "--kubelet-port",
      paramLabel = "PORT",
      description = "the kubelet's port (default: 10250; a free one for further clusters)")
  private @Nullable Integer kubeletPort;

  @Mixin private ApiServerChoice server = new ApiServerChoice();

  /// Read by the launcher, before this program starts; here it only must be known.
  @Option(names = "--skip-packages", description = "do not install missing system packages")
  @SuppressWarnings("UnusedVariable")
  private boolean skipPackages;

  @Option(names = "--reporting-to-starter", hidden = true)
  private boolean reportingToStarter;

  @Override
  public Integer call() throws InterruptedException {
    var known = cluster.find();
    if (known.isPresent() && Background.alreadyRuns(known.get(), cluster.suffix())) {
      return 0;
    }
    boolean node =
        controlPlaneOnly == null ? known.map(ClusterRecord::node).orElse(true) : !controlPlaneOnly;
    if (node) {
      Preflight.ofThisMachine().requireNode();
    }
    var options = serverOptions(cluster.layout().options().load());
    var choice = ApiServerChoice.of(options);
    choice.check();
    var chosen = new ClusterChoice(cluster, node, port, kubeletPort).make();
    chosen.layout().options().save(options); // A process in the background reads them there.
    if (detach) {
      return new Background(chosen, cluster.suffix(), waitForNode).start(commandOf(chosen));
    }
    return new Foreground(
            chosen,
            cluster.suffix(),
            kubeconfig,
            new StoreChoice(),
            choice,
            NodesFactory.thisMachine(),
            reportingToStarter)
        .run();
  }

  /// The options of the API server that hold from now on.
  ///
  /// @param former those that held before
  Map<String, String> serverOptions(Map<String, String> former) {
    return server.over(former);
  }

  private List<String> commandOf(ClusterRecord chosen) {
    var command = new ArrayList<>(Background.command("up", chosen, kubeconfig));
    if (!chosen.node()) {
      command.add("--control-plane-only");
    }
    return command;
  }
}
