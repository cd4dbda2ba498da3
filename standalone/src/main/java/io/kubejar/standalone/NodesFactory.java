package io.kubejar.standalone;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.controlplane.ControlPlane;
import io.kubejar.controlplane.pki.ClusterPki;
import io.kubejar.standalone.laboratory.Laboratory;
import io.kubejar.standalone.laboratory.LaboratoryPlan;
import io.kubejar.standalone.layout.ClusterRecord;
import io.kubejar.standalone.node.NodeParts;
import java.io.IOException;
import java.util.function.Consumer;

/// Starts the nodes that run in the process of a control plane.
@FunctionalInterface
interface NodesFactory {

  /// What nodes are started in.
  record Surroundings(
      ClusterRecord cluster,
      ControlPlane controlPlane,
      ClusterPki pki,
      Clock clock,
      Progress progress) {}

  Nodes start(Surroundings around, Consumer<RuntimeException> onFault)
      throws IOException, InterruptedException;

  /// This machine, if the cluster has a node, otherwise none.
  static NodesFactory thisMachine() {
    return (around, onFault) -> {
      if (!around.cluster().node()) {
        return Nodes.NONE;
      }
      around.progress().say("Starting the container runtime and the node ...");
      var node =
          NodeParts.start(
              around.cluster(), around.controlPlane(), around.pki(), around.clock(), onFault);
      return new Nodes() {
        @Override
        public void awaitReady() throws InterruptedException {
          around.progress().say("Waiting for the node to be Ready ...");
          node.awaitReady();
        }

        @Override
        public void stop() throws InterruptedException {
          node.stop();
        }
      };
    };
  }

  /// Nodes that are simulated, with pods on them.
  static NodesFactory simulated(LaboratoryPlan plan) {
    return (around, onFault) -> {
      var laboratory =
          Laboratory.start(
              plan, around.controlPlane(), around.clock(), around.progress()::say, onFault);
      return new Nodes() {
        @Override
        public void awaitReady() throws InterruptedException {
          laboratory.fill();
          around.progress().say(laboratory.summary());
        }

        @Override
        public void stop() throws InterruptedException {
          laboratory.stop();
        }
      };
    };
  }
}
