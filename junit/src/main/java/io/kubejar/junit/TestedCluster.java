package io.kubejar.junit;

import io.kubejar.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/// A cluster with all that tests got to reach it. Safe for use by many threads.
final class TestedCluster implements AutoCloseable {
  private final Cluster cluster;
  private final long begin;
  private final Map<Wish, Object> granted = new HashMap<>();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  TestedCluster(Cluster cluster) {
    this.cluster = cluster;
    begin = cluster.revision();
  }

  Cluster cluster() {
    return cluster;
  }

  FailureReport report() {
    return new FailureReport(cluster, begin);
  }

  /// The same for the same wish.
  synchronized Object grant(Wish wish) {
    return granted.computeIfAbsent(wish, this::make);
  }

  synchronized boolean gave(Object value) {
    Set<Object> same = Collections.newSetFromMap(new IdentityHashMap<>());
    same.addAll(granted.values());
    return same.contains(value);
  }

  private Object make(Wish wish) {
    return switch (wish.kind()) {
      case CLUSTER -> cluster;
      case KUBECONFIG_FILE -> file(kubeconfig(wish));
      case FABRIC8_CONFIG -> Fabric8Clients.config(kubeconfig(wish));
      case FABRIC8_CLIENT -> closedInTheEnd(Fabric8Clients.client(kubeconfig(wish)));
      case OFFICIAL_CLIENT -> {
        var client = OfficialClients.client(kubeconfig(wish));
        opened.push(() -> OfficialClients.close(client));
        yield client;
      }
      case NOTHING_OF_OURS -> throw new IllegalArgumentException("nothing to inject: " + wish);
    };
  }

  private AutoCloseable closedInTheEnd(AutoCloseable client) {
    opened.push(client);
    return client;
  }

  private String kubeconfig(Wish wish) {
    return wish.user().isEmpty()
        ? cluster.kubeconfig()
        : cluster.kubeconfig(wish.user(), wish.groups().toArray(String[]::new));
  }

  /// Readable by its owner alone, as it holds a key.
  private Path file(String kubeconfig) {
    try {
      var file = Files.createTempFile("kubejar-", ".kubeconfig");
      opened.push(() -> Files.deleteIfExists(file));
      return Files.writeString(file, kubeconfig);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a kubeconfig", e);
    }
  }

  /// Closes the clients, then the cluster.
  @Override
  public synchronized void close() {
    try (cluster) {
      while (!opened.isEmpty()) {
        close(opened.pop());
      }
    }
  }

  private static void close(AutoCloseable client) {
    try {
      client.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (Exception e) {
      throw new IllegalStateException("a client of the test does not close", e);
    }
  }
}
