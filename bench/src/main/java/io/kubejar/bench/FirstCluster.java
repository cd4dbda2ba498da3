package io.kubejar.bench;

import io.kubejar.Cluster;

/// Starts one cluster in a JVM that has done nothing before, and says how many milliseconds it
/// took.
final class FirstCluster {
  private FirstCluster() {}

  public static void main(String[] args) {
    long begin = System.nanoTime();
    try (var cluster = Cluster.start()) {
      long took = System.nanoTime() - begin;
      if (cluster.url().isEmpty()) {
        throw new IllegalStateException("a cluster without an address");
      }
      System.out.println(took / 1e6);
    }
  }
}
