package io.kubejar;

import io.kubejar.api.core.v1.Node;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.apimachinery.time.SteeredClock;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.client.Client;
import io.kubejar.http.pki.CertificateSpec;
import io.kubejar.simulation.nodes.PodSelection;
import io.kubejar.simulation.nodes.ScriptBook;
import io.kubejar.storage.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A Kubernetes cluster in this JVM: the real API server on a loopback port, the real controllers
/// and scheduler, and nodes that are simulated. Needs no other program, no rights and no network.
///
/// All of it but the API requests runs on one thread under one clock, so tests can stop the time
/// and move it, take the whole state as a snapshot, and fork it.
///
/// ```java
/// try (var cluster = Cluster.builder().nodes(3).start()) {
///   cluster.apply("""
///       apiVersion: apps/v1
///       kind: Deployment
///       ...
///       """);
///   cluster.settle();
/// }
/// ```
public final class Cluster implements AutoCloseable {
  private static final String CONTEXT = "kubejar";

  /// How far a restored store is ahead of the one it replaces, so that no client mixes them up.
  private static final long REVISIONS_APART = 1_000;

  private static final UserInfo ADMINISTRATOR =
      UserInfo.of("kubernetes-admin", UserInfo.MASTERS_GROUP);

  private final ClusterPlan plan;
  private final ClusterClock clock = new ClusterClock(() -> running().conductor());
  private final List<RuntimeException> broken = new CopyOnWriteArrayList<>();
  private final RequestLog requests = new RequestLog();
  private final ClusterFaults faults = new ClusterFaults();
  private volatile @Nullable RunningCluster running;

  private Cluster(ClusterPlan plan) {
    this.plan = plan;
  }

  /// A cluster with one node.
  public static Cluster start() {
    return builder().start();
  }

  public static ClusterBuilder builder() {
    return new ClusterBuilder();
  }

  static Cluster start(ClusterPlan plan, @Nullable ClusterSnapshot from, SteeredClock clock) {
    var cluster = new Cluster(plan);
    Uninterrupted.run(
        () -> {
          var store =
              from == null ? new MemoryStore(clock) : MemoryStore.from(from.content(), clock);
          var scenario = from == null ? Scenario.NONE : from.scenario();
          cluster.running =
              RunningCluster.start(
                  plan,
                  store,
                  clock,
                  scenario,
                  cluster.broken::add,
                  cluster.requests,
                  cluster.faults);
        });
    plan.manifests().forEach(cluster::apply);
    cluster.settle();
    return cluster;
  }

  /// Where the API server listens, such as `https://127.0.0.1:34567`.
  public String url() {
    return "https://127.0.0.1:" + running().controlPlane().address().getPort();
  }

  /// The kubeconfig of an administrator, as YAML, for any client in any language.
  public String kubeconfig() {
    return running().controlPlane().administrator(CONTEXT).toYaml();
  }

  /// The kubeconfig of a user with no rights but those that are given to them, as YAML.
  ///
  /// @param groups what the user belongs to, beside `system:authenticated`
  public String kubeconfig(String user, String... groups) {
    var certificate = plan.pki().authority().issue(CertificateSpec.client(user, groups));
    return running().controlPlane().access(CONTEXT, certificate).toYaml();
  }

  /// A client without a network in between, with all rights.
  public Client inProcessClient() {
    return running().controlPlane().client(ADMINISTRATOR, CONTEXT);
  }

  /// The cluster's time.
  public ClusterClock clock() {
    return clock;
  }

  /// Applies objects as `kubectl apply --server-side --force-conflicts` does.
  ///
  /// @param documents YAML or JSON, several documents if need be
  /// @throws io.kubejar.apimachinery.ApiException if the API server refuses one
  public void apply(String documents) {
    Uninterrupted.run(() -> new Manifests(running(), inProcessClient()).apply(documents));
  }

  /// All pods, to say what becomes of them.
  public ClusterPods pods() {
    return new ClusterPods(this, PodSelection.ALL);
  }

  /// The pods with such labels, to say what becomes of them.
  ///
  /// @param labels a label selector, such as `app=web` or `tier in (front, back),!canary`
  /// @throws IllegalArgumentException if that is no selector
  public ClusterPods pods(String labels) {
    return new ClusterPods(this, new PodSelection("", "*", LabelSelectors.parse(labels)));
  }

  /// One of the nodes.
  ///
  /// @throws io.kubejar.apimachinery.ApiException if there is none of this name
  public ClusterNode node(String name) {
    var client = inProcessClient();
    Uninterrupted.run(() -> client.get(Node.RESOURCE, ObjectKey.clusterScoped(name)));
    return new ClusterNode(name, client, () -> running().fleet());
  }

  void script(ScriptBook.Entry entry) {
    running().scripts().write(entry);
    running().fleet().reviewAll();
  }

  /// Waits until nothing is left to do at this moment of the clock: controllers, scheduler and
  /// nodes have seen every write and answered it.
  ///
  /// @throws IllegalStateException if they never come to rest
  public void settle() {
    Uninterrupted.run(() -> running().conductor().settle());
  }

  /// All that the cluster holds now.
  public ClusterSnapshot snapshot() {
    return new ClusterSnapshot(running().store().snapshot(), clock.instant(), running().scenario());
  }

  /// A second cluster that starts where this one is, and goes its own way: at the same time of its
  /// own clock, with the same users and keys, on a port of its own.
  public Cluster fork() {
    return start(plan.withoutSetup().withPort(0), snapshot(), clockFrom(clock.instant()));
  }

  /// Puts the cluster back to where it was, its clock too. It stays at its address; watches end,
  /// and clients that go on from what they knew are told to read again.
  public void restore(ClusterSnapshot snapshot) {
    var later = snapshot.content().movedTo(revision() + REVISIONS_APART);
    goOnFrom(later, snapshot.time(), snapshot.scenario());
  }

  /// Kills the control plane wherever it is, in the middle of a controller's work or between a
  /// write and its answer, and starts it anew from what is stored, at the same address and time.
  /// Requests under way are cut off. After a [Fault#crash] this ends the outage.
  public void crashControlPlane() {
    goOnFrom(running().store().snapshot(), clock.instant(), running().scenario());
  }

  private void goOnFrom(MemoryStore.Snapshot content, Instant time, Scenario scenario) {
    Uninterrupted.run(
        () -> {
          var before = running();
          var port = before.controlPlane().address().getPort();
          var renewed = clockFrom(time);
          before.close();
          faults.crashed(false);
          running =
              RunningCluster.start(
                  plan.withoutSetup().withPort(port),
                  MemoryStore.from(content, renewed),
                  renewed,
                  scenario,
                  broken::add,
                  requests,
                  faults);
        });
    settle();
  }

  /// What goes wrong in this cluster. Its forks have faults of their own.
  public ClusterFaults faults() {
    return faults;
  }

  /// The last requests to the API server, from outside and of its own parts; at most 20,000.
  public Requests requests() {
    return requests.all();
  }

  /// The revision of the store, which every change moves on.
  public long revision() {
    return running().store().revision();
  }

  /// All states of an object that are remembered, oldest first; of the last 100,000 changes, and
  /// since the last [#restore].
  ///
  /// @param kind such as `Deployment`, `deployments` or `deployments.apps`; the first that fits
  /// @param namespace of no importance for what has none
  /// @throws IllegalArgumentException if no such kind is served
  public List<ObjectRevision> history(String kind, String namespace, String name) {
    return running().past().history(kind, namespace, name);
  }

  /// All objects that differ between two revisions.
  ///
  /// @throws io.kubejar.storage.CompactedException if one of them is forgotten
  public List<ObjectDifference> diff(long before, long after) {
    return running().past().diff(before, after);
  }

  /// Who owns which field of an object.
  ///
  /// @throws io.kubejar.apimachinery.ApiException if there is no such object
  public FieldOwners fieldOwners(String kind, String namespace, String name) {
    return running().past().fieldOwners(kind, namespace, name);
  }

  /// Moves the time ahead and asserts that nobody wrote anything meanwhile. Nodes, leases, events,
  /// tokens and reviews do not count.
  ///
  /// @throws AssertionError naming the writes
  public void assertQuiescent(Duration within) {
    settle();
    long before = requests.count();
    clock.advance(within);
    Idleness.assertNone(Idleness.work(requests.after(before)), within);
  }

  /// Asserts that no client has written one object more than 10 times within a minute without
  /// changing it, nor more than 100 times at all. In a cluster whose time stands still, all happens
  /// within a minute.
  ///
  /// @throws AssertionError naming the writes
  public void assertNoHotLoop() {
    Idleness.assertNoHotLoop(requests(), 10, 100);
  }

  /// The least ClusterRole and Roles that allow what a user did, with bindings for that user, as
  /// YAML. Names of objects are not in them. What was refused with 403 does not count.
  public String recordedRbac(String user) {
    return RecordedRbac.of(user, requests());
  }

  /// Ends everything.
  ///
  /// @throws AssertionError if a part of the control plane failed in a way it should not
  @Override
  public void close() {
    var ending = running;
    running = null;
    if (ending != null) {
      Uninterrupted.run(ending::close);
    }
    if (!broken.isEmpty()) {
      throw new AssertionError("a part of the control plane failed", broken.getFirst());
    }
  }

  private SteeredClock clockFrom(Instant time) {
    return running().conductor().clock().from(time);
  }

  private RunningCluster running() {
    var current = running;
    if (current == null) {
      throw new IllegalStateException("the cluster is closed");
    }
    return current;
  }
}
