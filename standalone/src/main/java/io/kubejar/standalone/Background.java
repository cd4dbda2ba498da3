package io.kubejar.standalone;

import io.kubejar.standalone.layout.ClusterRecord;
import io.kubejar.standalone.linux.DetachedProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Runs a cluster in a process of its own, and passes on what that says until the cluster is ready.
///
/// @param suffix what to add to a command line to mean this cluster
/// @param untilReady whether to wait for everything, or only until clients can be served
record Background(ClusterRecord cluster, String suffix, boolean untilReady) {

  /// Whether the cluster runs already; says so if it does.
  static boolean alreadyRuns(ClusterRecord known, String suffix) {
    var holder = ClusterLock.holder(known.layout());
    holder.ifPresent(
        process ->
            System.out.printf(
                "Cluster %s is already running (process %d); see: kubejar status%s%n",
                known.name(), process.pid(), suffix));
    return holder.isPresent();
  }

  /// The command line of this program that starts the cluster and reports to its starter.
  static List<String> command(String name, ClusterRecord cluster, @Nullable Path kubeconfig) {
    var command = new ArrayList<>(DetachedProcess.thisProgram());
    command.add(Main.class.getName());
    command.add(name);
    command.add("--name=" + cluster.name());
    command.add("--data-dir=" + cluster.dataDir());
    command.add("--reporting-to-starter");
    if (kubeconfig != null) {
      command.add("--kubeconfig=" + kubeconfig.toAbsolutePath());
    }
    return command;
  }

  /// Starts it; answers with the exit code.
  ///
  /// @throws CommandFailure if it does not start
  int start(List<String> command) throws InterruptedException {
    var process = DetachedProcess.start(command, cluster.layout().log());
    for (var line = process.readLine(); line.isPresent(); line = process.readLine()) {
      System.out.println(line.get());
      if (!untilReady && line.get().startsWith(Foreground.API_IS_READY)) {
        System.out.println("It runs in the background; see: kubejar status" + suffix);
        return 0;
      }
    }
    if (ClusterLock.holder(cluster.layout()).isPresent()) {
      return 0;
    }
    int code = process.waitFor();
    throw CommandFailure.because(
        "the cluster did not start (exit code %d); why: kubejar logs%s".formatted(code, suffix));
  }
}
