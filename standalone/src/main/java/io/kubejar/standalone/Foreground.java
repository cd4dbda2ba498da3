package io.kubejar.standalone;

import io.kubejar.standalone.layout.ClusterRecord;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// Runs a cluster in this process until somebody asks the process to end.
///
/// @param suffix what to add to a command line to mean this cluster
/// @param kubeconfig one more file for the administrator's access, or null
/// @param forStarter whether another process reads the progress and goes when all is ready
record Foreground(
    ClusterRecord cluster,
    String suffix,
    @Nullable Path kubeconfig,
    StoreChoice store,
    ApiServerChoice server,
    NodesFactory nodes,
    boolean forStarter) {
  /// The beginning of the line that tells a starter that clients can be served.
  static final String API_IS_READY = "The API server is ready";

  @SuppressWarnings("ClosingStandardOutputStreams") // What closes is the pipe to the starter.
  int run() throws InterruptedException {
    var lock =
        ClusterLock.take(cluster.layout())
            .orElseThrow(
                () ->
                    CommandFailure.because(
                        "cluster " + cluster.name() + " is being started already"));
    var stopRequested = new CountDownLatch(1);
    var stopped = new CountDownLatch(1);
    try (lock;
        var running = RunningCluster.start(cluster, store, server, nodes, System.out::println)) {
      var here = Thread.currentThread();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(here, stopRequested, stopped)));
      new Kubeconfigs(cluster).publish(running.administrator(), kubeconfig);
      System.out.println(API_IS_READY + " at https://127.0.0.1:" + cluster.apiPort());
      running.awaitNodesReady();
      System.out.println(new Greeting(cluster, suffix, kubeconfig).text());
      if (forStarter) {
        System.out.close(); // The starter goes now; nobody would read on.
      }
      stopRequested.await();
    } catch (InterruptedException e) {
      if (stopRequested.getCount() > 0) {
        throw e;
      }
      // Somebody asked for the end before all was ready; everything has been stopped.
    } finally {
      stopped.countDown();
    }
    return 0;
  }

  /// Asks for the end and waits for it: the process must not go before everything is stopped.
  private static void stop(Thread runner, CountDownLatch stopRequested, CountDownLatch stopped) {
    stopRequested.countDown();
    runner.interrupt(); // It may wait for something that never comes.
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
