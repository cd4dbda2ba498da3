package io.kubejar.standalone;

import io.kubejar.standalone.layout.ClusterRecord;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// A control plane without a node, in the foreground: what a service manager starts.
@Command(
    name = "server",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a control plane in the foreground: API server, controllers and scheduler.",
      "Its store is the embedded one, or an etcd that runs already.",
    })
final class ServerCommand implements Callable<Integer> {
  @Mixin private ClusterSelection cluster = new ClusterSelection();

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "also write a kubeconfig of this cluster to FILE")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "the API server's port (default: 6443; a free one for further clusters)")
  private @Nullable Integer port;

  @Mixin private StoreChoice store = new StoreChoice();
  @Mixin private ApiServerChoice server = new ApiServerChoice();

  @Override
  public Integer call() throws InterruptedException {
    var known = cluster.find();
    if (known.map(ClusterRecord::node).orElse(false)) {
      throw CommandFailure.because(
          "cluster "
              + cluster.name()
              + " has a node; start it with: kubejar up"
              + cluster.suffix());
    }
    var running = known.flatMap(record -> ClusterLock.holder(record.layout()));
    if (running.isPresent()) {
      throw CommandFailure.because(
          "cluster "
              + cluster.name()
              + " is already running (process "
              + running.get().pid()
              + ")");
    }
    server.check();
    var chosen = new ClusterChoice(cluster, false, port, null).make();
    return new Foreground(
            chosen, cluster.suffix(), kubeconfig, store, server, (_, _) -> Nodes.NONE, false)
        .run();
  }
}
