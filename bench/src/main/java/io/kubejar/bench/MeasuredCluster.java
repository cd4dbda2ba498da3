package io.kubejar.bench;

import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.client.HttpApiClient;
import io.kubejar.client.Kubeconfig;
import io.kubejar.standalone.Main;
import io.kubejar.standalone.linux.DetachedProcess;
import io.kubejar.standalone.linux.FileTrees;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A cluster in a process of its own, as a user starts it, in a directory of its own.
final class MeasuredCluster implements AutoCloseable {
  private static final String NAME = "bench";

  private final Path directory;
  private final RealClock clock = new RealClock();
  private final Duration apiReady;
  private final Duration allReady;

  private MeasuredCluster(Path directory, Duration apiReady, Duration allReady) {
    this.directory = directory;
    this.apiReady = apiReady;
    this.allReady = allReady;
  }

  /// Starts a cluster and waits until everything that was asked for is ready.
  static MeasuredCluster start(String... options) throws IOException {
    return run(List.of(), "up", upOptions(options));
  }

  /// Likewise, with a flag of the Java VM over those of this process.
  static MeasuredCluster withHeap(String flag, String... options) throws IOException {
    return run(List.of(flag), "up", upOptions(options));
  }

  private static List<String> upOptions(String... options) throws IOException {
    var all = new ArrayList<>(List.of("--reporting-to-starter", "--kubelet-port=" + freePort()));
    all.addAll(List.of(options));
    return all;
  }

  /// Starts a control plane on an etcd.
  static MeasuredCluster startOn(EtcdProcess etcd) throws IOException {
    return run(List.of(), "server", List.of("--etcd-servers=http://" + etcd.address()));
  }

  private static MeasuredCluster run(List<String> flags, String command, List<String> options)
      throws IOException {
    var directory = Files.createTempDirectory("kubejar-bench-");
    long begin = System.nanoTime();
    var process =
        DetachedProcess.start(
            command(flags, directory, command, options), directory.resolve("log"));
    long api = 0;
    long all = 0;
    for (var line = process.readLine(); line.isPresent() && all == 0; line = process.readLine()) {
      if (line.get().startsWith("The API server is ready")) {
        api = System.nanoTime() - begin;
      } else if (line.get().startsWith("Cluster " + NAME + " is ready")) {
        all = System.nanoTime() - begin;
      }
    }
    if (all == 0) {
      throw new IOException(
          "the cluster did not start: " + Files.readString(directory.resolve("log")));
    }
    return new MeasuredCluster(directory, Duration.ofNanos(api), Duration.ofNanos(all));
  }

  private static List<String> command(
      List<String> flags, Path directory, String subcommand, List<String> options)
      throws IOException {
    var command = new ArrayList<>(DetachedProcess.thisProgram());
    command.addAll(command.size() - 2, flags); // Before the class path; what comes last counts.
    command.add(Main.class.getName());
    command.addAll(List.of(subcommand, "--name=" + NAME));
    command.add("--data-dir=" + directory.resolve("data"));
    command.add("--kubeconfig=" + directory.resolve("kubeconfig"));
    command.add("--port=" + freePort());
    command.addAll(options);
    return command;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /// From the start of the process to the first answer of the API server.
  Duration apiReady() {
    return apiReady;
  }

  /// From the start of the process to a node that takes pods.
  Duration allReady() {
    return allReady;
  }

  HttpApiClient client() throws IOException {
    return new HttpApiClient(
        Kubeconfig.load(directory.resolve("kubeconfig")).access("bench"), clock);
  }

  long pid() throws IOException {
    return Long.parseLong(
        Files.readString(directory.resolve("data").resolve("kubejar.pid")).strip());
  }

  @Override
  public void close() throws IOException {
    run("down", "--purge", "--name=" + NAME);
    clock.close();
    FileTrees.delete(directory);
  }

  private void run(String... arguments) {
    var command = new ArrayList<>(DetachedProcess.thisProgram());
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    var process = DetachedProcess.start(command, directory.resolve("command.log"));
    int code = process.waitForEnd();
    if (code != 0) {
      throw new IllegalStateException(String.join(" ", arguments) + " ended with " + code);
    }
  }
}
