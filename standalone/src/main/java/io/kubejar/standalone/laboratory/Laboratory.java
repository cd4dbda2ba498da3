package io.kubejar.standalone.laboratory;

import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.client.AssembledRuntime;
import io.kubejar.client.HttpApiClient;
import io.kubejar.controlplane.ControlPlane;
import io.kubejar.simulation.nodes.NodeFleet;
import io.kubejar.simulation.nodes.NodeTemplate;
import io.kubejar.simulation.nodes.PodScripts;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Simulated nodes on a control plane of this process, with Deployments to fill them and a visitor
/// who measures.
public final class Laboratory {
  private static final int WORKERS = 8;
  private static final String CONTEXT = "laboratory";

  private final LaboratoryPlan plan;
  private final AssembledRuntime runtime;
  private final NodeFleet fleet;
  private final HttpApiClient visitor;
  private final Latencies latencies = new Latencies();
  private final Clock clock;
  private final Consumer<String> progress;
  private @Nullable Tally<Node> nodes;
  private @Nullable Tally<Pod> pods;

  private Laboratory(
      LaboratoryPlan plan,
      ControlPlane controlPlane,
      Clock clock,
      Consumer<String> progress,
      Consumer<RuntimeException> onFault)
      throws IOException {
    this.plan = plan;
    this.clock = clock;
    this.progress = progress;
    runtime =
        controlPlane.runtime(
            UserInfo.of("kubejar:laboratory", UserInfo.MASTERS_GROUP), "kubelet", onFault);
    fleet = NodeFleet.install(runtime, _ -> true, PodScripts.USUAL, WORKERS);
    visitor = new HttpApiClient(controlPlane.administrator(CONTEXT).access(CONTEXT), clock);
    runtime.add("visitor", new Visitor(visitor, clock, latencies));
  }

  /// Starts the simulation of nodes; none is registered yet.
  ///
  /// @param progress is told of every step, a line each
  public static Laboratory start(
      LaboratoryPlan plan,
      ControlPlane controlPlane,
      Clock clock,
      Consumer<String> progress,
      Consumer<RuntimeException> onFault)
      throws IOException {
    var laboratory = new Laboratory(plan, controlPlane, clock, progress, onFault);
    laboratory.runtime.start();
    return laboratory;
  }

  /// Registers the nodes and creates the load; returns when all of it runs.
  public void fill() throws InterruptedException {
    nodes = new Tally<>("nodes Ready", plan.nodes(), Laboratory::isReady, clock, progress);
    runtime.informers().informer(Node.RESOURCE).addHandler(nodes);
    for (int i = 0; i < plan.nodes(); i++) {
      fleet.register("node-" + i, NodeTemplate.USUAL);
    }
    nodes.await();
    pods =
        new Tally<>(
            "pods Running",
            plan.pods(),
            pod -> pod.status().phase().equals("Running"),
            clock,
            progress);
    runtime.informers().informer(Pod.RESOURCE).addHandler(pods);
    for (var share : plan.shares()) {
      create(share);
    }
    pods.await();
  }

  /// What was measured so far, for people to read.
  public String summary() {
    var text = new StringBuilder();
    for (var tally : tallies()) {
      tally
          .took()
          .ifPresent(
              took -> {
                double seconds = Math.max(0.001, took.toMillis() / 1000.0);
                text.append(
                    "  %,d %s after %.1f s (%,.0f a second)%n"
                        .formatted(
                            tally.wanted(), tally.what(), seconds, tally.wanted() / seconds));
              });
    }
    var memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    text.append(
        "  heap after a collection: %,d MiB%n"
            .formatted(memory.getHeapMemoryUsage().getUsed() >> 20));
    text.append("  what a client waited for over HTTPS meanwhile:\n");
    latencies.lines().forEach(line -> text.append("    ").append(line).append('\n'));
    return text.toString();
  }

  public void stop() throws InterruptedException {
    runtime.close();
    visitor.close();
  }

  private List<Tally<?>> tallies() {
    var all = new ArrayList<Tally<?>>();
    if (nodes != null && nodes.wanted() > 0) {
      all.add(nodes);
    }
    if (pods != null && pods.wanted() > 0) {
      all.add(pods);
    }
    return all;
  }

  private void create(LaboratoryPlan.Share share) throws InterruptedException {
    var client = runtime.client();
    try {
      client.create(
          Namespace.RESOURCE,
          Namespace.EMPTY.withMetadata(ObjectMeta.EMPTY.withName(share.namespace())));
    } catch (ApiException refused) {
      if (!refused.isAlreadyExists()) {
        throw refused;
      }
    }
    var labels = Map.of("app", share.name());
    var container =
        Container.EMPTY
            .withName("web")
            .withImage("simulated")
            .withResources(
                ResourceRequirements.EMPTY.withRequests(
                    Map.of("cpu", Quantity.parse("10m"), "memory", Quantity.parse("16Mi"))));
    var deployment =
        Deployment.EMPTY
            .withMetadata(
                ObjectMeta.EMPTY
                    .withNamespace(share.namespace())
                    .withName(share.name())
                    .withLabels(labels))
            .withSpec(
                Deployment.EMPTY.spec().toBuilder()
                    .replicas(share.replicas())
                    .selector(LabelSelector.EMPTY.withMatchLabels(labels))
                    .template(
                        PodTemplateSpec.EMPTY
                            .withMetadata(ObjectMeta.EMPTY.withLabels(labels))
                            .withSpec(
                                PodTemplateSpec.EMPTY.spec().withContainers(List.of(container))))
                    .build());
    client.create(Deployment.RESOURCE, deployment);
  }

  private static boolean isReady(Node node) {
    return node.status().conditions().stream()
        .anyMatch(it -> it.type().equals("Ready") && it.status().equals("True"));
  }
}
