package io.kubejar.standalone;

import io.kubejar.standalone.layout.ClusterRecord;
import io.kubejar.standalone.layout.ClusterRegistry;
import io.kubejar.standalone.linux.DetachedProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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
      "containers that kept running.",
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
  private static final String API_IS_READY = "The API server is ready";
  private static final int DEFAULT_API_PORT = 6443;
  private static final int DEFAULT_KUBELET_PORT = 10250;
  private static final int PORTS_TO_TRY = 200;

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
      description = "no node: API server, controllers and scheduler; needs no root")
  private boolean controlPlaneOnly;

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

  @Option(
      names = "--skip-packages",
      description = "do not install missing system packages (read by the launcher)")
  private boolean skipPackages;

  @Option(names = "--reporting-to-starter", hidden = true)
  private boolean reportingToStarter;

  @Override
  public Integer call() throws InterruptedException {
    var registry = cluster.registry();
    var known = cluster.find();
    if (known.isPresent() && alreadyRuns(known.get())) {
      return 0;
    }
    boolean node = known.map(ClusterRecord::node).orElse(!controlPlaneOnly) && !controlPlaneOnly;
    if (node) {
      Preflight.requireRoot();
      Preflight.requireNodePrograms();
    }
    var chosen = registry.exclusively(() -> choose(registry, node));
    return detach ? startDetached(chosen) : runHere(chosen);
  }

  private boolean alreadyRuns(ClusterRecord known) {
    var holder = ClusterLock.holder(known.layout());
    holder.ifPresent(
        process ->
            System.out.println(
                "Cluster "
                    + known.name()
                    + " is already running (process "
                    + process.pid()
                    + "); see: kubejar status"
                    + cluster.suffix()));
    return holder.isPresent();
  }

  /// Decides name, networks and ports, checks that they are free and writes them down.
  private ClusterRecord choose(ClusterRegistry registry, boolean node) {
    var existing = cluster.find();
    var record =
        existing.isPresent()
            ? withOptions(existing.get(), node)
            : fresh(registry.freeIndex(), node);
    Preflight.requireFreePorts(record);
    record.save();
    registry.add(record);
    return record;
  }

  private ClusterRecord withOptions(ClusterRecord existing, boolean node) {
    return new ClusterRecord(
        existing.name(),
        existing.dataDir(),
        existing.index(),
        port == null ? existing.apiPort() : port,
        kubeletPort == null ? existing.kubeletPort() : kubeletPort,
        node);
  }

  private ClusterRecord fresh(int index, boolean node) {
    return new ClusterRecord(
        cluster.name(),
        cluster.dataDir(),
        index,
        choosePort(port, DEFAULT_API_PORT, index),
        choosePort(kubeletPort, DEFAULT_KUBELET_PORT, index),
        node);
  }

  /// The first cluster of a machine has the ports everybody knows; the others take the next free.
  private static int choosePort(@Nullable Integer wanted, int usual, int index) {
    if (wanted != null) {
      return wanted;
    }
    if (index == 0) {
      return usual;
    }
    for (int candidate = usual + index; candidate < usual + PORTS_TO_TRY; candidate++) {
      if (Preflight.isFree(candidate)) {
        return candidate;
      }
    }
    throw CommandFailure.because("no free port near " + usual + "; choose one with --port");
  }

  private int runHere(ClusterRecord chosen) throws InterruptedException {
    var lock =
        ClusterLock.take(chosen.layout())
            .orElseThrow(
                () -> CommandFailure.because("cluster " + chosen.name() + " is being started already"));
    var stopRequested = new CountDownLatch(1);
    var stopped = new CountDownLatch(1);
    try (lock;
        var running = RunningCluster.start(chosen, System.out::println)) {
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    stopRequested.countDown();
                    awaitQuietly(stopped);
                  }));
      new Kubeconfigs(chosen).publish(running.administrator(), kubeconfig);
      System.out.println(API_IS_READY + " at https://127.0.0.1:" + chosen.apiPort());
      running.awaitNodeReady();
      System.out.println(new Greeting(chosen, cluster.suffix(), kubeconfig).text());
      if (reportingToStarter) {
        System.out.close(); // The starter goes now; nobody would read on.
      }
      stopRequested.await();
    } finally {
      stopped.countDown();
    }
    return 0;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int startDetached(ClusterRecord chosen) throws InterruptedException {
    var process = DetachedProcess.start(commandOf(chosen), chosen.layout().log());
    for (var line = process.readLine(); line.isPresent(); line = process.readLine()) {
      System.out.println(line.get());
      if (!waitForNode && line.get().startsWith(API_IS_READY)) {
        System.out.println("It runs in the background; see: kubejar status" + cluster.suffix());
        return 0;
      }
    }
    if (ClusterLock.holder(chosen.layout()).isPresent()) {
      return 0;
    }
    int code = process.waitFor();
    throw CommandFailure.because(
        "the cluster did not start (exit code " + code + "); the end of " + chosen.layout().log()
            + " says why: kubejar logs" + cluster.suffix());
  }

  private ArrayList<String> commandOf(ClusterRecord chosen) {
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
