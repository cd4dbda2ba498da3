package io.kubejar.standalone.node;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.controlplane.ControlPlane;
import io.kubejar.controlplane.pki.ClusterPki;
import io.kubejar.standalone.layout.ClusterRecord;
import java.util.function.Consumer;

/// The parts of a node, wired.
public final class NodeParts implements AutoCloseable {
  private NodeParts() {}

  public static NodeParts start(
      ClusterRecord cluster,
      ControlPlane controlPlane,
      ClusterPki pki,
      Clock clock,
      Consumer<RuntimeException> onFault) {
    return new NodeParts();
  }

  public void awaitReady() throws InterruptedException {}

  @Override
  public void close() throws InterruptedException {}
}
