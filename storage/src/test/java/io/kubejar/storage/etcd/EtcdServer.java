package io.kubejar.storage.etcd;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// A real etcd member of this machine, as a child process.
final class EtcdServer {
  private final Path directory;
  private final String name;
  private final int clientPort;
  private final int peerPort;
  private final List<String> extraArguments;
  private String cluster = "";
  private @Nullable Process process;

  private EtcdServer(Path directory, String name, List<String> extraArguments) throws IOException {
    this.directory = directory;
    this.name = name;
    this.extraArguments = extraArguments;
    clientPort = freePort();
    peerPort = freePort();
  }

  static void assumeInstalled() {
    Assumptions.assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(p -> Files.isExecutable(Path.of(p, "etcd"))),
        "needs etcd on the PATH (Debian: etcd-server)");
  }

  /// Starts one member, with further arguments of its command line.
  static EtcdServer single(Path directory, String... arguments) throws IOException {
    var server = new EtcdServer(directory, "single", List.of(arguments));
    server.cluster = server.peer();
    server.start();
    return server;
  }

  /// Starts members of one cluster.
  static List<EtcdServer> cluster(Path directory, int members) throws IOException {
    var servers = new ArrayList<EtcdServer>();
    for (int i = 0; i < members; i++) {
      servers.add(new EtcdServer(directory, "m" + i, List.of()));
    }
    var cluster = String.join(",", servers.stream().map(EtcdServer::peer).toList());
    for (var server : servers) {
      server.cluster = cluster;
      server.start();
    }
    return servers;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private String peer() {
    return name + "=http://127.0.0.1:" + peerPort;
  }

  private boolean usesTls() {
    return extraArguments.stream().anyMatch(argument -> argument.startsWith("--cert-file"));
  }

  void start() throws IOException {
    var url = (usesTls() ? "https" : "http") + "://127.0.0.1:" + clientPort;
    var command =
        new ArrayList<>(
            List.of(
                "etcd",
                "--name=" + name,
                "--data-dir=" + directory.resolve(name),
                "--listen-client-urls=" + url,
                "--advertise-client-urls=" + url,
                "--listen-peer-urls=http://127.0.0.1:" + peerPort,
                "--initial-advertise-peer-urls=http://127.0.0.1:" + peerPort,
                "--initial-cluster=" + cluster,
                "--initial-cluster-token=kubejar-test",
                "--max-txn-ops=128",
                "--experimental-watch-progress-notify-interval=200ms"));
    command.addAll(extraArguments);
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".log").toFile()))
            .start();
  }

  String endpoint() {
    return "127.0.0.1:" + clientPort;
  }

  String log() throws IOException {
    return Files.readString(directory.resolve(name + ".log"));
  }

  /// Stops the member from doing anything, while its connections stay open.
  void freeze() throws IOException, InterruptedException {
    signal("-STOP");
  }

  void thaw() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    if (process == null) {
      throw new IllegalStateException("the member does not run");
    }
    var kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
    if (kill.waitFor() != 0) {
      throw new IOException("kill " + signal + " failed");
    }
  }

  /// Ends the member without a chance to prepare for it.
  void kill() throws InterruptedException {
    if (process != null) {
      process.destroyForcibly().waitFor();
    }
  }
}
