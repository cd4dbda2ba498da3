package io.kubejar;

import io.kubejar.apimachinery.time.SteeredClock;
import io.kubejar.apiserver.admission.AdmissionOptions;
import io.kubejar.apiserver.admission.PluginSettings;
import io.kubejar.controlplane.pki.ClusterPki;
import io.kubejar.controlplane.pki.KeyStorage;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Chooses what a [Cluster] shall be like. Each method changes this builder and returns it.
public final class ClusterBuilder {
  private final List<String> manifests = new ArrayList<>();
  private final Map<String, NodeShape> named = new LinkedHashMap<>();
  private @Nullable Integer nodes;
  private NodeShape shape = NodeShape.USUAL;
  private int port;
  private List<String> controllers = List.of("*");
  private boolean scheduler = true;
  private boolean open;
  private Set<String> enabled = Set.of();
  private Set<String> disabled = Set.of();
  private boolean metrics;
  private boolean frozen;
  private @Nullable Instant time;
  private @Nullable Long seed;
  private @Nullable ClusterSnapshot snapshot;

  ClusterBuilder() {}

  /// How many simulated nodes there are, named `node-0` and so on. Without a word, one; none if
  /// [#node] named some.
  public ClusterBuilder nodes(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("not a number of nodes: " + count);
    }
    nodes = count;
    return this;
  }

  /// The same, and what they are like.
  public ClusterBuilder nodes(int count, UnaryOperator<NodeShape> like) {
    shape = like.apply(NodeShape.USUAL);
    return nodes(count);
  }

  /// One more simulated node, with this name: `node("gpu-0", node -> node.label("gpu",
  /// "a100").taint("gpu:NoSchedule"))`.
  public ClusterBuilder node(String name, UnaryOperator<NodeShape> like) {
    named.put(name, like.apply(NodeShape.USUAL));
    return this;
  }

  /// The port of the API server on the loopback. Without a word, a free one.
  public ClusterBuilder port(int port) {
    this.port = port;
    return this;
  }

  /// Which controllers run, as the flag `--controllers` of kube-controller-manager says it: `*` for
  /// all, a name for one more, `-name` for one less.
  public ClusterBuilder controllers(String... switches) {
    controllers = List.of(switches);
    return this;
  }

  /// Whether pods are scheduled. Without a word, they are.
  public ClusterBuilder scheduler(boolean runs) {
    scheduler = runs;
    return this;
  }

  /// Objects to apply when the cluster is up: YAML or JSON, several documents if need be. Custom
  /// resource definitions are served before what comes after them.
  public ClusterBuilder manifests(String documents) {
    manifests.add(documents);
    return this;
  }

  /// Objects to apply when the cluster is up, from a file, or from all files of a directory that
  /// end in `.yaml`, `.yml` or `.json`. Custom resource definitions and namespaces come first.
  ///
  /// @throws UncheckedIOException if it cannot be read
  public ClusterBuilder manifests(Path path) {
    return manifests(Uninterrupted.get(() -> ManifestFiles.read(path)));
  }

  /// The same from the class path.
  ///
  /// @param name of a resource or of a directory of resources, such as `crds` or `deploy/app.yaml`
  /// @throws UncheckedIOException if there is none
  public ClusterBuilder manifestsOnClassPath(String name) {
    return manifests(Uninterrupted.get(() -> ManifestFiles.resource(name)));
  }

  /// Whether roles say who may do what. Without a word, they do, as in every cluster; switched off,
  /// everybody who is authenticated may do everything.
  public ClusterBuilder rbac(boolean decides) {
    open = !decides;
    return this;
  }

  /// Admission plugins beside the usual ones, by the names that `--enable-admission-plugins` of
  /// kube-apiserver takes.
  public ClusterBuilder enableAdmissionPlugins(String... names) {
    enabled = Set.of(names);
    return this;
  }

  /// Admission plugins that are off, by the names that `--disable-admission-plugins` of
  /// kube-apiserver takes.
  public ClusterBuilder disableAdmissionPlugins(String... names) {
    disabled = Set.of(names);
    return this;
  }

  /// Serves `metrics.k8s.io`, which `kubectl top` reads: what [ClusterPods#use] says of running
  /// containers. Without a word it is not served, because the API server looks every half minute of
  /// the cluster's time whether the server behind it still answers.
  public ClusterBuilder metricsApi() {
    metrics = true;
    return this;
  }

  /// Time stands still from the start, until [ClusterClock#advance] moves it.
  public ClusterBuilder frozen() {
    frozen = true;
    return this;
  }

  /// What the cluster's clock shows at the start. Without a word, the machine's time.
  public ClusterBuilder startingAt(Instant time) {
    this.time = time;
    return this;
  }

  /// Makes names, tokens and choices the same in every run. Without a word, they are random.
  public ClusterBuilder seed(long seed) {
    this.seed = seed;
    return this;
  }

  /// Starts with what another cluster held, its nodes among it, and at its time.
  public ClusterBuilder from(ClusterSnapshot snapshot) {
    this.snapshot = snapshot;
    return this;
  }

  /// Starts the cluster and returns when all of it is at rest: nodes are ready, the first service
  /// accounts are there, the manifests are applied.
  ///
  /// @throws UncheckedIOException if the port is taken
  /// @throws IllegalArgumentException if an admission plugin is unknown, or on and off at once
  public Cluster start() {
    var machine = InstantSource.system();
    var pki = ClusterPki.open(KeyStorage.inMemory(), machine);
    var plan =
        new ClusterPlan(
            allNodes(),
            port,
            controllers,
            scheduler,
            open,
            new AdmissionOptions(enabled, disabled, PluginSettings.DEFAULT),
            metrics,
            List.copyOf(manifests),
            pki,
            random());
    if (snapshot != null) {
      return Cluster.start(plan.withoutSetup(), snapshot, clock(machine, snapshot.time()));
    }
    var start = time != null ? time : machine.instant().truncatedTo(ChronoUnit.MILLIS);
    return Cluster.start(plan, null, clock(machine, start));
  }

  private Map<String, NodeShape> allNodes() {
    int count = nodes != null ? nodes : named.isEmpty() ? 1 : 0;
    var all = new LinkedHashMap<String, NodeShape>();
    for (int i = 0; i < count; i++) {
      all.put("node-" + i, shape);
    }
    all.putAll(named);
    return all;
  }

  private SteeredClock clock(InstantSource machine, Instant start) {
    return frozen ? SteeredClock.frozen(machine, start) : SteeredClock.running(machine, start);
  }

  private RandomGenerator random() {
    return seed == null ? new SecureRandom() : new Random(seed);
  }
}
