package io.kubejar.bench;

import io.kubejar.standalone.linux.DetachedProcess;
import io.kubejar.standalone.linux.FileTrees;
import io.kubejar.standalone.linux.Programs;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A real etcd of one member on loopback, to be measured beside the embedded store.
final class EtcdProcess implements AutoCloseable {
  private final DetachedProcess process;
  private final Path directory;
  private final int clientPort;

  private EtcdProcess(DetachedProcess process, Path directory, int clientPort) {
    this.process = process;
    this.directory = directory;
    this.clientPort = clientPort;
  }

  static EtcdProcess start() throws IOException, Benchmark.CannotRun {
    var etcd =
        Programs.find("etcd").orElseThrow(() -> new Benchmark.CannotRun("etcd is not installed"));
    var directory = Files.createTempDirectory("kubejar-bench-etcd-");
    int clientPort = freePort();
    var client = "http://127.0.0.1:" + clientPort;
    var peer = "http://127.0.0.1:" + freePort();
    var command =
        List.of(
            etcd.toString(),
            "--data-dir=" + directory.resolve("data"),
            "--listen-client-urls=" + client,
            "--advertise-client-urls=" + client,
            "--listen-peer-urls=" + peer,
            "--initial-advertise-peer-urls=" + peer,
            "--initial-cluster=default=" + peer);
    var process = DetachedProcess.start(command, directory.resolve("log"));
    return new EtcdProcess(process, directory, clientPort);
  }

  String address() {
    return "127.0.0.1:" + clientPort;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws IOException {
    ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroy);
    process.waitForEnd();
    FileTrees.delete(directory);
  }
}
