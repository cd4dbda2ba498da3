package io.kubejar.standalone;

import io.kubejar.standalone.laboratory.LaboratoryPlan;
import io.kubejar.standalone.layout.ClusterRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Starts a laboratory: a whole control plane whose nodes are simulated.
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = {
      "Starts a laboratory: a whole control plane whose nodes are simulated.",
      "API server, controllers and scheduler are the real ones; pods get scheduled, run and end,",
      "but no container is started. Needs no root. Everything is kept in memory and gone when",
      "the laboratory is stopped.",
    },
    footer = {
      "",
      "Examples:",
      "  ./kubejar simulate --nodes 100                        in the foreground; Ctrl-C stops it",
      "  ./kubejar simulate --nodes 5000 --pods 150000 --detach --wait",
      "  kubectl --context kubejar-lab get nodes               any client works with it",
      "  ./kubejar down --name lab --purge                     nothing is left",
    })
final class SimulateCommand implements Callable<Integer> {
  private static final int NODES_MAX = 20_000;

  @Mixin private ClusterSelection cluster = new ClusterSelection();

  @Option(
      names = "--nodes",
      paramLabel = "N",
      required = true,
      description = "how many simulated nodes, each for 110 pods, 64 CPUs and 256 GiB")
  private int nodes;

  @Option(
      names = "--pods",
      paramLabel = "M",
      description = "create Deployments of this many pods together, and wait until all run")
  private int pods;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "also write a kubeconfig of the laboratory to FILE")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "the API server's port (default: 6443; a free one for further clusters)")
  private @Nullable Integer port;

  @Option(names = "--detach", description = "run in the background")
  private boolean detach;

  @Option(names = "--wait", description = "with --detach: return when all nodes and pods run")
  private boolean waitForAll;

  @Option(names = "--reporting-to-starter", hidden = true)
  private boolean reportingToStarter;

  @Override
  public Integer call() throws InterruptedException {
    check();
    var known = cluster.find();
    if (known.isPresent()) {
      if (known.get().node()) {
        throw CommandFailure.because(
            "cluster %s has a real node; choose another --name for the laboratory"
                .formatted(cluster.name()));
      }
      if (Background.alreadyRuns(known.get(), cluster.suffix())) {
        return 0;
      }
    }
    var chosen = new ClusterChoice(cluster, false, port, null).make();
    if (detach) {
      return new Background(chosen, cluster.suffix(), waitForAll).start(commandOf(chosen));
    }
    return new Foreground(
            chosen,
            cluster.suffix(),
            kubeconfig,
            StoreChoice.inMemory(),
            new ApiServerChoice(),
            NodesFactory.simulated(new LaboratoryPlan(nodes, pods)),
            reportingToStarter)
        .run();
  }

  private void check() {
    if (nodes < 1 || nodes > NODES_MAX) {
      throw CommandFailure.usage("--nodes must be between 1 and " + NODES_MAX + ": " + nodes);
    }
    long room = (long) nodes * LaboratoryPlan.PODS_PER_NODE;
    if (pods < 0 || pods > room) {
      throw CommandFailure.usage(
          "--pods must be between 0 and %d, which is what %d nodes have room for: %d"
              .formatted(room, nodes, pods));
    }
  }

  private List<String> commandOf(ClusterRecord chosen) {
    var command = new ArrayList<>(Background.command("simulate", chosen, kubeconfig));
    command.add("--nodes=" + nodes);
    command.add("--pods=" + pods);
    return command;
  }
}
