package io.kubejar;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.policy.v1.Eviction;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.client.ListOptions;
import io.kubejar.simulation.nodes.ExecHandler;
import io.kubejar.simulation.nodes.PodScript;
import io.kubejar.simulation.nodes.PodScript.Exit;
import io.kubejar.simulation.nodes.PodScript.Line;
import io.kubejar.simulation.nodes.PodScript.Usage;
import io.kubejar.simulation.nodes.PodSelection;
import io.kubejar.simulation.nodes.PortHandler;
import io.kubejar.simulation.nodes.ScriptBook;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Some pods of a cluster, those that exist and those to come, and what becomes of them on the
/// simulated nodes. Get it from [Cluster#pods].
///
/// First say which pods are meant, then what becomes of them; each word of the second kind takes
/// effect at once, for living pods too:
///
/// ```java
/// cluster.pods("app=web").inNamespace("shop")
///     .startAfter(ofSeconds(3)).crashAfter(ofMinutes(1)).times(2);
/// ```
///
/// Of all scripts that match a pod the one that was written last holds, alone; it differs from what
/// is usual in what it says. Usually a pod runs and is ready at once and runs until it is deleted,
/// and one that is not to be restarted, such as a Job's, does its work in a second.
///
/// Times count in the cluster's time and in whole seconds. What a pod has lived through is read
/// from its status: a script that says how the first runs end counts those that were before it.
public final class ClusterPods {
  private static final int CRASHED = 1;
  private static final int EVERY_RUN = Integer.MAX_VALUE;

  private final Cluster cluster;
  private final PodSelection which;
  private final UnaryOperator<PodScript> change;

  ClusterPods(Cluster cluster, PodSelection which) {
    this(cluster, which, UnaryOperator.identity());
  }

  private ClusterPods(Cluster cluster, PodSelection which, UnaryOperator<PodScript> change) {
    this.cluster = cluster;
    this.which = which;
    this.change = change;
  }

  /// Of these only those in one namespace.
  public ClusterPods inNamespace(String namespace) {
    return new ClusterPods(cluster, which.withNamespace(namespace));
  }

  /// Of these only those with such a name.
  ///
  /// @param pattern where `*` stands for any characters and `?` for one, such as `web-*`
  public ClusterPods named(String pattern) {
    return new ClusterPods(cluster, which.withName(pattern));
  }

  /// Their containers run this much later than the pod is bound to its node.
  public ClusterPods startAfter(Duration time) {
    return and(script -> script.withStartAfter(time));
  }

  /// Each container becomes ready this much later than it begins to run.
  public ClusterPods becomeReadyAfter(Duration time) {
    return and(script -> script.withReadyAfter(time));
  }

  /// Their containers run and are never ready.
  public ClusterPods neverBecomeReady() {
    return and(script -> script.withReadyAfter(null));
  }

  /// Each run of a container ends this much later than it began, with exit code 1 unless
  /// [#exitWith] says another one. It is restarted as the pod's policy says, with the kubelet's
  /// back-off. [#times] says how often.
  public ClusterPods crashAfter(Duration time) {
    return and(script -> script.withExit(new Exit(time, CRASHED, EVERY_RUN)));
  }

  /// Each run of a container ends this much later than it began, with exit code 0 unless
  /// [#exitWith] says another one.
  public ClusterPods finishAfter(Duration time) {
    return and(script -> script.withExit(new Exit(time, 0, EVERY_RUN)));
  }

  /// Containers run until somebody ends them, those of Jobs too.
  public ClusterPods runUntilDeleted() {
    return and(script -> script.withExit(null));
  }

  /// Only the first so many runs of a container end, later ones go on.
  ///
  /// @throws IllegalStateException if nothing was said before of how they end
  public ClusterPods times(int runs) {
    var exit = exit();
    return and(script -> script.withExit(new Exit(exit.after(), exit.code(), runs)));
  }

  /// The exit code of the runs that end, from 0 to 255.
  ///
  /// @throws IllegalStateException if nothing was said before of when they end
  public ClusterPods exitWith(int code) {
    var exit = exit();
    return and(script -> script.withExit(new Exit(exit.after(), code, exit.times())));
  }

  private Exit exit() {
    var exit = change.apply(PodScript.AT_ONCE).exit();
    if (exit == null) {
      throw new IllegalStateException("say crashAfter or finishAfter first");
    }
    return exit;
  }

  /// A deleted pod is gone this much later, but not later than its grace period allows.
  public ClusterPods terminateAfter(Duration time) {
    return and(script -> script.withTerminateAfter(time));
  }

  /// Each run of a container prints these lines when it begins, after those said before.
  public ClusterPods log(String... lines) {
    return log(Duration.ZERO, lines);
  }

  /// Each run of a container prints these lines this much later than it began.
  public ClusterPods log(Duration after, String... lines) {
    var more = Stream.of(lines).map(line -> new Line(after, line)).toList();
    return and(script -> script.withMoreLog(more));
  }

  /// What each container uses while it runs, for `kubectl top` and the metrics API.
  ///
  /// @param cpu such as `250m`
  /// @param memory such as `64Mi`
  public ClusterPods use(String cpu, String memory) {
    var usage = new Usage(Quantity.parse(cpu), Quantity.parse(memory));
    return and(script -> script.withUsage(usage));
  }

  /// Commands that clients run in the containers are answered by this.
  public ClusterPods answerExec(ExecHandler handler) {
    return and(script -> script.withExec(handler));
  }

  /// Connections that clients forward to the pods' ports are answered by this.
  public ClusterPods answerPorts(PortHandler handler) {
    return and(script -> script.withPorts(handler));
  }

  /// From now on they do what is usual.
  public ClusterPods asUsual() {
    return new ClusterPods(cluster, which).and(UnaryOperator.identity());
  }

  private ClusterPods and(UnaryOperator<PodScript> more) {
    // What makes no sense shall be refused here, not in a node.
    Objects.requireNonNull(more.apply(PodScript.AT_ONCE));
    UnaryOperator<PodScript> all = script -> more.apply(change.apply(script));
    cluster.script(new ScriptBook.Entry(which, all));
    return new ClusterPods(cluster, which, all);
  }

  /// Those of them that exist now, in no particular order.
  public List<Pod> list() {
    return Uninterrupted.get(
        () -> {
          var options =
              which.namespace().isEmpty()
                  ? ListOptions.ALL
                  : ListOptions.inNamespace(which.namespace());
          return cluster.inProcessClient().list(Pod.RESOURCE, options).items().stream()
              .filter(which::matches)
              .toList();
        });
  }

  /// Evicts those that exist now, one by one, as `kubectl drain` does: PodDisruptionBudgets are
  /// asked.
  ///
  /// @throws ApiException 429 if a budget does not allow one more; those before are evicted
  public void evict() {
    for (var pod : list()) {
      var metadata =
          ObjectMeta.EMPTY
              .withName(pod.metadata().name())
              .withNamespace(pod.metadata().namespace());
      var eviction = Eviction.EMPTY.withMetadata(metadata);
      Uninterrupted.run(
          () ->
              cluster
                  .inProcessClient()
                  .createSubresource(
                      Pod.RESOURCE, ObjectKey.of(pod), "eviction", eviction, Status.CODEC));
    }
  }
}
