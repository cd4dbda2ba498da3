package io.kubejar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.client.HttpApiClient;
import io.kubejar.client.Kubeconfig;
import io.kubejar.client.ThreadedRuntime;
import io.kubejar.controlplane.ComponentListeners;
import io.kubejar.controlplane.ControlPlane;
import io.kubejar.controlplane.ControlPlaneOptions;
import io.kubejar.controlplane.pki.ClusterPki;
import io.kubejar.controlplane.pki.KeyStorage;
import io.kubejar.storage.MemoryStore;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/// What the usual dashboards and alerts read of the scheduler and the controllers, with the types
/// and labels that they expect.
@Timeout(120)
class ControlPlaneMetricsTest {
  /// What is told in the end, however late the scheduler hears of the node.
  private static final List<String> SAMPLES =
      List.of(
          "scheduler_schedule_attempts_total{profile=\"default-scheduler\",result=\"scheduled\"} 1",
          "scheduler_pending_pods{queue=\"unschedulable\"} 1.0",
          "scheduler_unschedulable_pods{plugin=\"NodeAffinity\",profile=\"default-scheduler\"} 1.0",
          "scheduler_cache_size{type=\"nodes\"} 1.0",
          "scheduler_pod_scheduling_sli_duration_seconds_count{attempts=\"",
          "rest_client_requests_total{code=\"201\",host=\"127.0.0.1:");

  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");
  private static final RealClock clock = new RealClock();
  private static final MemoryStore store = new MemoryStore(clock);

  private static ControlPlane controlPlane;
  private static ThreadedRuntime nodes;
  private static HttpApiClient client;
  private static String scheduler = "";
  private static String controllers = "";

  @BeforeAll
  static void start() throws Exception {
    var pki = ClusterPki.open(KeyStorage.inMemory(), clock);
    var anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var options =
        ControlPlaneOptions.of(store, clock, new Random(), pki)
            .withListeners(new ComponentListeners(anywhere, anywhere, Map.of()));
    controlPlane =
        ControlPlane.start(
            options,
            fault -> {
              throw fault;
            });
    var access = controlPlane.administrator("test");
    client = new HttpApiClient(access.access("test"), clock);
    nodes = new ThreadedRuntime(client, clock, new Random(), _ -> {});
    SimulatedKubelet.install(nodes, "node");
    nodes.start();
    while (client.find(ServiceAccount.RESOURCE, key("default")).isEmpty()) {
      Thread.onSpinWait();
    }
    client.create(Pod.RESOURCE, pod("fits", Map.of()));
    client.create(Pod.RESOURCE, pod("fits-nowhere", Map.of("no", "such-node")));
    var ports = controlPlane.otherAddresses();
    do {
      scheduler = text(access, ports.getLast());
    } while (!SAMPLES.stream().allMatch(ControlPlaneMetricsTest::schedulerTells));
    controllers = text(access, ports.getFirst());
  }

  private static ObjectKey key(String name) {
    return new ObjectKey("default", name);
  }

  private static Pod pod(String name, Map<String, String> nodeSelector) {
    return Pod.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withNamespace("default").withName(name))
        .withSpec(
            Pod.EMPTY
                .spec()
                .withNodeSelector(nodeSelector)
                .withContainers(List.of(Container.EMPTY.withName("c").withImage("i"))));
  }

  private static String text(Kubeconfig access, InetSocketAddress where) throws Exception {
    var yaml = access.toYaml().replaceAll("127\\.0\\.0\\.1:[0-9]+", "127.0.0.1:" + where.getPort());
    try (var reader =
        new HttpApiClient(Kubeconfig.parse(yaml, Path.of("")).access("test"), clock)) {
      return reader.text("/metrics");
    }
  }

  @AfterAll
  static void stop() throws Exception {
    nodes.close();
    client.close();
    controlPlane.stop();
    store.close();
    clock.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "counter | scheduler_schedule_attempts_total | profile result",
        "histogram | scheduler_scheduling_attempt_duration_seconds | profile result",
        "histogram | scheduler_scheduling_algorithm_duration_seconds | ''",
        "histogram | scheduler_pod_scheduling_sli_duration_seconds | attempts",
        "histogram | scheduler_pod_scheduling_attempts | ''",
        "gauge | scheduler_pending_pods | queue",
        "gauge | scheduler_unschedulable_pods | plugin profile",
        "counter | scheduler_queue_incoming_pods_total | event queue",
        "counter | scheduler_preemption_attempts_total | ''",
        "histogram | scheduler_preemption_victims | ''",
        "histogram | scheduler_framework_extension_point_duration_seconds | extension_point profile"
            + " status",
        "counter | scheduler_plugin_evaluation_total | extension_point plugin profile",
        "gauge | scheduler_cache_size | type",
        "gauge | scheduler_goroutines | operation",
        "counter | scheduler_async_api_call_execution_total | call_type result",
        "histogram | scheduler_async_api_call_execution_duration_seconds | call_type result",
        "counter | rest_client_requests_total | code host method",
        "histogram | rest_client_request_duration_seconds | host verb",
        "gauge | kubernetes_build_info | build_date compiler git_commit git_tree_state git_version"
            + " go_version major minor platform",
        "gauge | process_resident_memory_bytes | ''",
        "counter | process_cpu_seconds_total | ''",
        "gauge | go_goroutines | ''",
        "counter | registered_metrics_total | deprecated_version stability_level",
      })
  void theSchedulerHasWhatUpstreamsHas(String type, String name, String labels) {
    has(scheduler, type, name, labels);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "counter | workqueue_adds_total | name",
        "gauge | workqueue_depth | name",
        "histogram | workqueue_queue_duration_seconds | name",
        "histogram | workqueue_work_duration_seconds | name",
        "counter | workqueue_retries_total | name",
        "gauge | workqueue_unfinished_work_seconds | name",
        "gauge | workqueue_longest_running_processor_seconds | name",
        "gauge | running_managed_controllers | manager name",
        "counter | rest_client_requests_total | code host method",
        "histogram | rest_client_request_duration_seconds | host verb",
        "gauge | process_resident_memory_bytes | ''",
        "counter | process_cpu_seconds_total | ''",
        "gauge | go_goroutines | ''",
      })
  void theControllersHaveWhatUpstreamsHave(String type, String name, String labels) {
    has(controllers, type, name, labels);
  }

  @ParameterizedTest
  @FieldSource("SAMPLES")
  void tellsOfTheTwoPods(String sample) {
    assertThat(scheduler).contains("\n" + sample);
  }

  private static boolean schedulerTells(String sample) {
    return scheduler.contains("\n" + sample);
  }

  private static void has(String metrics, String type, String name, String labels) {
    assertThat(metrics).contains("# TYPE " + name + " " + type + "\n");
    var sample = Pattern.compile("(?m)^" + name + "(_count)?(\\{.*\\})? .*$").matcher(metrics);
    assertThat(sample.find()).as("a sample of " + name).isTrue();
    var found = new TreeSet<String>();
    var each = LABEL.matcher(sample.group());
    while (each.find()) {
      found.add(each.group(1));
    }
    assertThat(String.join(" ", found)).isEqualTo(labels.strip());
  }
}
