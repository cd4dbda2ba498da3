package io.kubejar.standalone;

import io.kubejar.standalone.layout.ClusterRecord;
import io.kubejar.storage.EmbeddedStore;
import io.kubejar.storage.FaultHandler;
import io.kubejar.storage.MemoryStore;
import io.kubejar.storage.Store;
import io.kubejar.storage.etcd.EtcdOptions;
import io.kubejar.storage.etcd.EtcdStore;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a control plane keeps everything: the embedded store, unless an etcd is named. The names
/// of the options are those of kube-apiserver.
final class StoreChoice {
  @Option(
      names = "--etcd-servers",
      paramLabel = "URL",
      split = ",",
      description = "members of an etcd to store everything in, such as http://127.0.0.1:2379")
  private List<String> servers = List.of();

  @Option(
      names = "--etcd-cafile",
      paramLabel = "FILE",
      description = "who signs the members' certificates; needed for https")
  private @Nullable File authority;

  @Option(
      names = "--etcd-certfile",
      paramLabel = "FILE",
      description = "the certificate to show to the members")
  private @Nullable File certificate;

  @Option(names = "--etcd-keyfile", paramLabel = "FILE", description = "the certificate's key")
  private @Nullable File key;

  private boolean inMemory;

  /// Nothing is kept when the process ends.
  static StoreChoice inMemory() {
    var choice = new StoreChoice();
    choice.inMemory = true;
    return choice;
  }

  Store open(ClusterRecord cluster, InstantSource clock) throws IOException {
    if (inMemory) {
      return new MemoryStore(clock);
    }
    if (servers.isEmpty()) {
      return EmbeddedStore.open(cluster.layout().store(), clock, FaultHandler.haltingProcess());
    }
    return EtcdStore.connect(etcdOptions(), clock);
  }

  /// How large the store is on this machine's disk; -1 if it is elsewhere.
  long bytes(ClusterRecord cluster) {
    if (inMemory || !servers.isEmpty()) {
      return -1;
    }
    long bytes = 0;
    try (var files = Files.list(cluster.layout().store())) {
      for (var file : files.toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    } catch (IOException vanishing) {
      return -1; // Files come and go; the next look will tell.
    }
  }

  private EtcdOptions etcdOptions() {
    var endpoints = new ArrayList<String>();
    boolean encrypted = false;
    for (var server : servers) {
      if (server.startsWith("https://")) {
        encrypted = true;
      } else if (!server.startsWith("http://")) {
        throw CommandFailure.usage(
            "--etcd-servers must be http:// or https:// addresses: " + server);
      }
      endpoints.add(server.substring(server.indexOf("//") + 2).replaceAll("/$", ""));
    }
    if (encrypted && authority == null) {
      throw CommandFailure.usage("--etcd-servers with https:// need --etcd-cafile");
    }
    var tls =
        encrypted && authority != null ? new EtcdOptions.Tls(authority, certificate, key) : null;
    return new EtcdOptions(endpoints, tls, null);
  }
}
