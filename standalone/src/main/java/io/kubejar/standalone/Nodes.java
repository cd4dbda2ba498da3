package io.kubejar.standalone;

/// The nodes of a cluster, as far as they run in this process.
interface Nodes {
  /// No nodes: those of the cluster, if there are any, run elsewhere.
  Nodes NONE =
      new Nodes() {
        @Override
        public void awaitReady() {
          // There is nothing to wait for.
        }

        @Override
        public void stop() {
          // Nothing was started.
        }
      };

  /// Waits until they take pods, and whatever else they are started with is there.
  void awaitReady() throws InterruptedException;

  void stop() throws InterruptedException;
}
