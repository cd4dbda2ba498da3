package io.kubejar.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.Cluster;
import io.kubejar.KubernetesCluster;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.ListOptions;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/// Runs whole test classes and looks at which clusters they got.
@Timeout(60)
@Execution(ExecutionMode.SAME_THREAD)
class ClusterLivesTest {
  /// What the classes below leave: their namespaces, one set per test.
  private static final Queue<Set<String>> SEEN = new ConcurrentLinkedQueue<>();

  private static final Queue<Cluster> CLUSTERS = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void forget() {
    SEEN.clear();
    CLUSTERS.clear();
  }

  @Test
  void methodsInParallelSeeWhatTheClassMadeAndNothingOfEachOther() {
    succeeds(ForkedCase.class, 4);

    assertThat(SEEN)
        .hasSize(4)
        .allMatch(names -> names.size() == 3 && names.containsAll(Set.of("of-all", "before")));
    assertThat(Set.copyOf(CLUSTERS)).hasSize(4);
    assertThat(CLUSTERS).allMatch(ClusterLivesTest::isClosed);
  }

  @Test
  void methodsOfASharedClusterSeeAllThatHappened() {
    succeeds(SharedCase.class, 2);

    assertThat(SEEN).hasSize(2).anyMatch(names -> names.containsAll(Set.of("a", "b")));
    assertThat(Set.copyOf(CLUSTERS)).hasSize(1).allMatch(ClusterLivesTest::isClosed);
  }

  @Test
  void anInstanceForAllMethodsGetsTheClusterOfEach() {
    succeeds(OneInstanceCase.class, 2);

    assertThat(Set.copyOf(CLUSTERS)).hasSize(2);
    assertThat(SEEN).hasSize(2).allMatch(names -> names.size() == 1);
  }

  @Test
  void aTestThatAsksForNothingStartsNoCluster() {
    var summary = run(IdleCase.class);

    assertThat(summary.getTestsSucceededCount()).isEqualTo(1);
  }

  private static boolean isClosed(Cluster cluster) {
    try {
      return cluster.url().isEmpty();
    } catch (IllegalStateException closed) {
      return true;
    }
  }

  private static void succeeds(Class<?> type, int tests) {
    var summary = run(type);
    assertThat(summary.getFailures().stream().map(it -> it.getException().toString())).isEmpty();
    assertThat(summary.getTestsSucceededCount()).isEqualTo(tests);
  }

  static TestExecutionSummary run(Class<?> type) {
    var listener = new SummaryGeneratingListener();
    var request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(List.of(DiscoverySelectors.selectClass(type)))
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
            .configurationParameter(
                "junit.jupiter.execution.parallel.config.executor-service", "WORKER_THREAD_POOL")
            .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
            .configurationParameter(
                "junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
            .build();
    LauncherFactory.create().execute(request, listener);
    return listener.getSummary();
  }

  private static void create(Cluster cluster, String name) {
    cluster.apply("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}".formatted(name));
  }

  private static void look(Cluster cluster) throws InterruptedException {
    CLUSTERS.add(cluster);
    SEEN.add(
        cluster.inProcessClient().list(Namespace.RESOURCE, ListOptions.ALL).items().stream()
            .map(namespace -> ObjectKey.of(namespace).name())
            .filter(name -> !name.startsWith("kube-") && !name.equals("default"))
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @KubernetesCluster(frozen = true)
  @Execution(ExecutionMode.CONCURRENT)
  static class ForkedCase {
    @BeforeAll
    static void forAll(Cluster cluster) {
      create(cluster, "of-all");
    }

    @BeforeEach
    void before(Cluster cluster) {
      create(cluster, "before");
    }

    @Test
    void a(Cluster cluster) throws Exception {
      create(cluster, "a");
      look(cluster);
    }

    @Test
    void b(Cluster cluster) throws Exception {
      create(cluster, "b");
      look(cluster);
    }

    @Test
    void c(Cluster cluster) throws Exception {
      create(cluster, "c");
      look(cluster);
    }

    @Test
    void d(Cluster cluster) throws Exception {
      create(cluster, "d");
      look(cluster);
    }
  }

  @KubernetesCluster(shared = true)
  static class SharedCase {
    @Test
    void a(Cluster cluster) throws Exception {
      create(cluster, "a");
      look(cluster);
    }

    @Test
    void b(Cluster cluster) throws Exception {
      create(cluster, "b");
      look(cluster);
    }
  }

  @KubernetesCluster(frozen = true)
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  @SuppressWarnings("NullAway.Init") // The extension sets the field.
  static class OneInstanceCase {
    private Cluster cluster;

    @Test
    void a() throws Exception {
      create(cluster, "a");
      look(cluster);
    }

    @Test
    void b() throws Exception {
      create(cluster, "b");
      look(cluster);
    }
  }

  @KubernetesCluster(controllers = "no-such-controller", manifests = "missing.yaml")
  static class IdleCase {
    @Test
    void needsNoCluster() {
      assertThat(SEEN).isEmpty();
    }
  }
}
