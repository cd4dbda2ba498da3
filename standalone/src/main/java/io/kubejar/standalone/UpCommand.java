package io.kubejar.standalone;

import io.kubejar.standalone.layout.ClusterRecord;
import io.kubejar.standalone.linux.DetachedProcess;
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
    if (known.isPresent() && alreadyRuns(known.get())) {
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
    return detach
        ? startDetached(chosen)
        : new Foreground(
                chosen, cluster.suffix(), kubeconfig, new StoreChoice(), choice, reportingToStarter)
            .run();
  }

  /// The options of the API server that hold from now on.
  ///
  /// @param former those that held before
  Map<String, String> serverOptions(Map<String, String> former) {
    return server.over(former);
  }

  private boolean alreadyRuns(ClusterRecord known) {
    var holder = ClusterLock.holder(known.layout());
    holder.ifPresent(
        process ->
            System.out.printf(
                "Cluster %s is already running (process %d); see: kubejar status%s%n",
                known.name(), process.pid(), cluster.suffix()));
    return holder.isPresent();
  }

  private int startDetached(ClusterRecord chosen) throws InterruptedException {
    var process = DetachedProcess.start(commandOf(chosen), chosen.layout().log());
    for (var line = process.readLine(); line.isPresent(); line = process.readLine()) {
      System.out.println(line.get());
      if (!waitForNode && line.get().startsWith(Foreground.API_IS_READY)) {
        System.out.println("It runs in the background; see: kubejar status" + cluster.suffix());
        return 0;
      }
    }
    if (ClusterLock.holder(chosen.layout()).isPresent()) {
      return 0;
    }
    int code = process.waitFor();
    throw CommandFailure.because(
        "the cluster did not start (exit code %d); why: kubejar logs%s"
            .formatted(code, cluster.suffix()));
  }

  private List<String> commandOf(ClusterRecord chosen) {
    var command = new ArrayList<>(DetachedProcess.thisProgram());
    command.add(Main.class.getName());
    command.add("up");
    command.add("--name=" + chosen.name());
    command.add("--data-dir=" + chosen.dataDir());
    command.add("--reporting-to-starter");
    if (kubeconfig != null) {
      command.add("--kubeconfig=" + kubeconfig.toAbsolutePath());
    }
    if (!chosen.node()) {
      command.add("--control-plane-only");
    }
    return command;
  }
}
