package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.storage.MemoryStore;
import io.kubejar.storage.Transaction;
import io.kubejar.storage.Value;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The stable and the beta metrics of Kubernetes 1.36's API server, and of the others those that
/// dashboards read most: name, type, labels, and the bounds of buckets.
class MetricsTableTest {
  private static final String POLICY =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicy
      metadata: {name: deny}
      spec:
        matchConstraints:
          resourceRules:
          - {apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}
        validations: [{expression: "object.metadata.name != 'denied'"}]
      """;
  private static final String BINDING =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicyBinding
      metadata: {name: deny}
      spec: {policyName: deny, validationActions: [Deny]}
      """;
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

  private static TestServer server;
  private static String metrics = "";
  private static String slis = "";

  @BeforeAll
  static void start() throws Exception {
    var clock = new RealClock();
    var store = new MemoryStore(clock);
    store.commit(Transaction.create("/other", Value.of("before the server's time")));
    server =
        TestServer.start(
            clock,
            usual ->
                ApiServerOptions.of(store, clock, usual.random())
                    .withClientAuthorities(usual.clientAuthorities())
                    .withStoreSize(() -> 4096));
    var http = Http.as(server, "admin", "system:masters");
    yaml(http, "validatingadmissionpolicies", POLICY);
    yaml(http, "validatingadmissionpolicybindings", BINDING);
    var maps = "/api/v1/namespaces/default/configmaps";
    // A policy holds once it has been seen; each try has another name until one is refused.
    int status = 201;
    for (int i = 0; i < 1000 && status != 422; i++) {
      var created = http.post(maps, "{\"metadata\":{\"name\":\"denied\"}}");
      status = created.statusCode();
      if (status == 201) {
        http.send("DELETE", maps + "/denied", new byte[0]);
      }
    }
    assertThat(status).isEqualTo(422);
    http.get(maps);
    // What was before the server's time the store has to say.
    http.get(maps + "?resourceVersion=1&resourceVersionMatch=Exact");
    http.get(
        maps
            + "?watch=true&sendInitialEvents=true&allowWatchBookmarks=true"
            + "&resourceVersionMatch=NotOlderThan&timeoutSeconds=1");
    Http.as(server, "jane").get(maps);
    http.get("/livez?verbose");
    metrics = text(http, "/metrics");
    slis = text(http, "/metrics/slis");
  }

  private static void yaml(Http http, String resource, String text) throws Exception {
    http.send(
        "POST",
        "/apis/admissionregistration.k8s.io/v1/" + resource,
        text.getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/yaml");
  }

  private static String text(Http http, String path) throws Exception {
    return new String(http.get(path).body(), StandardCharsets.UTF_8);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gauge | apiserver_current_inflight_requests | request_kind",
        "histogram | apiserver_request_duration_seconds | component dry_run group resource scope"
            + " subresource verb version",
        "counter | apiserver_request_total | code component dry_run group resource scope"
            + " subresource verb version",
        "histogram | apiserver_response_sizes | component group resource scope subresource verb"
            + " version",
        "gauge | apiserver_storage_objects | resource",
        "gauge | apiserver_storage_size_bytes | storage_cluster_id",
        "histogram | apiserver_admission_controller_admission_duration_seconds | name operation"
            + " rejected type",
        "histogram | apiserver_admission_step_admission_duration_seconds | operation rejected type",
        "histogram | apiserver_cel_compilation_duration_seconds | ''",
        "histogram | apiserver_cel_evaluation_duration_seconds | ''",
        "gauge | apiserver_flowcontrol_current_executing_requests | flow_schema priority_level",
        "gauge | apiserver_flowcontrol_current_executing_seats | flow_schema priority_level",
        "counter | apiserver_flowcontrol_dispatched_requests_total | flow_schema priority_level",
        "gauge | apiserver_flowcontrol_nominal_limit_seats | priority_level",
        "histogram | apiserver_flowcontrol_request_wait_duration_seconds | execute flow_schema"
            + " priority_level",
        "counter | apiserver_storage_events_received_total | group resource",
        "histogram | apiserver_validating_admission_policy_check_duration_seconds |"
            + " enforcement_action error_type policy policy_binding",
        "counter | apiserver_validating_admission_policy_check_total | enforcement_action"
            + " error_type policy policy_binding",
        "counter | apiserver_validation_declarative_validation_mismatch_total | ''",
        "counter | apiserver_validation_declarative_validation_panic_total | ''",
        "histogram | apiserver_watch_list_duration_seconds | group resource scope version",
        "counter | disabled_metrics_total | ''",
        "counter | hidden_metrics_total | ''",
        "gauge | kubernetes_build_info | build_date compiler git_commit git_tree_state git_version"
            + " go_version major minor platform",
        "gauge | kubernetes_feature_enabled | name stage",
        "histogram | apiserver_request_sli_duration_seconds | component group resource scope"
            + " subresource verb version",
        "counter | apiserver_watch_events_total | group resource version",
        "counter | authenticated_user_requests | username",
        "counter | authentication_attempts | result",
        "histogram | authentication_duration_seconds | result",
        "counter | authorization_attempts_total | result",
        "histogram | authorization_duration_seconds | result",
        "histogram | apiserver_client_certificate_expiration_seconds | ''",
        "counter | apiserver_watch_cache_events_received_total | group resource",
        "counter | apiserver_watch_cache_initializations_total | group resource",
        "gauge | apiserver_watch_cache_resource_version | group resource",
        "gauge | apiserver_flowcontrol_current_limit_seats | priority_level",
        "gauge | apiserver_flowcontrol_lower_limit_seats | priority_level",
        "gauge | apiserver_flowcontrol_upper_limit_seats | priority_level",
        "histogram | apiserver_flowcontrol_request_execution_seconds | flow_schema priority_level"
            + " type",
        "gauge | aggregator_unavailable_apiservice | name",
        "counter | apiserver_terminated_watchers_total | group resource",
        "counter | apiserver_init_events_total | group resource",
        "counter | apiserver_watch_cache_events_dispatched_total | group resource",
        "gauge | apiserver_watch_cache_capacity | group resource",
        "counter | apiserver_watch_cache_consistent_read_total | fallback group resource success",
        "counter | apiserver_cache_list_total | group index resource",
        "counter | apiserver_cache_list_fetched_objects_total | group index resource",
        "counter | apiserver_cache_list_returned_objects_total | group resource",
        "gauge | apiserver_resource_size_estimate_bytes | group resource",
        "gauge | apiserver_resource_objects | group resource",
        "counter | apiserver_storage_list_total | group resource",
        "counter | apiserver_storage_list_fetched_objects_total | group resource",
        "counter | apiserver_storage_list_evaluated_objects_total | group resource",
        "counter | apiserver_storage_list_returned_objects_total | group resource",
        "histogram | etcd_request_duration_seconds | group operation resource",
        "counter | etcd_requests_total | group operation resource",
        "counter | workqueue_adds_total | name",
        "gauge | workqueue_depth | name",
        "histogram | workqueue_queue_duration_seconds | name",
        "histogram | workqueue_work_duration_seconds | name",
        "gauge | workqueue_unfinished_work_seconds | name",
        "gauge | workqueue_longest_running_processor_seconds | name",
        "counter | registered_metrics_total | deprecated_version stability_level",
        "gauge | process_start_time_seconds | ''",
        "gauge | process_resident_memory_bytes | ''",
        "gauge | process_virtual_memory_bytes | ''",
        "gauge | process_open_fds | ''",
        "gauge | go_goroutines | ''",
        "gauge | go_threads | ''",
        "gauge | go_info | version",
        "gauge | go_memstats_heap_inuse_bytes | ''",
        "summary | go_gc_duration_seconds | ''",
        "counter | process_cpu_seconds_total | ''",
      })
  void hasWhatUpstreamHas(String type, String name, String labels) {
    assertThat(metrics).contains("# TYPE " + name + " " + type + "\n");
    assertThat(labelsOf(metrics, name)).isEqualTo(labels.strip());
  }

  @Test
  void tellsOfItsOwnPartsUnderTheNamesOfUpstreamsQueues() {
    assertThat(metrics)
        .containsPattern(
            "workqueue_adds_total\\{name=\"priority_and_fairness_config_queue\"\\} [1-9]")
        .contains("workqueue_depth{name=\"crd_naming_condition_controller\"} ");
  }

  @Test
  void tellsOfChecksBesidesTheOthers() {
    assertThat(slis)
        .contains("# TYPE kubernetes_healthcheck gauge\n")
        .contains("# TYPE kubernetes_healthchecks_total counter\n");
    assertThat(labelsOf(slis, "kubernetes_healthcheck")).isEqualTo("name type");
    assertThat(labelsOf(slis, "kubernetes_healthchecks_total")).isEqualTo("name status type");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "apiserver_request_duration_seconds | 0.005 0.025 0.05 0.1 0.2 0.4 0.6 0.8 1.0 1.25 1.5 2.0"
            + " 3.0 4.0 5.0 6.0 8.0 10.0 15.0 20.0 30.0 45.0 60.0 +Inf",
        "apiserver_response_sizes | 1000.0 10000.0 100000.0 1000000.0 1.0E7 1.0E8 1.0E9 +Inf",
        "apiserver_watch_list_duration_seconds | 0.05 0.1 0.2 0.4 0.6 0.8 1.0 2.0 4.0 6.0 8.0 10.0"
            + " 15.0 20.0 30.0 45.0 60.0 +Inf",
        "apiserver_flowcontrol_request_wait_duration_seconds | 0.0 0.005 0.02 0.05 0.1 0.2 0.5 1.0"
            + " 2.0 5.0 10.0 15.0 30.0 +Inf",
        "apiserver_admission_step_admission_duration_seconds | 0.005 0.025 0.1 0.5 1.0 2.5 +Inf",
      })
  void hasUpstreamsBuckets(String name, String bounds) {
    var found =
        metrics
            .lines()
            .filter(line -> line.startsWith(name + "_bucket{"))
            .map(line -> line.replaceAll(".*le=\"([^\"]*)\".*", "$1"))
            .distinct()
            .toList();

    assertThat(found).containsExactlyElementsOf(Arrays.asList(bounds.strip().split(" ", -1)));
  }

  /// The labels of a metric's first sample, in order.
  private static String labelsOf(String text, String name) {
    var sample = Pattern.compile("(?m)^" + name + "(_count)?(\\{.*\\})? .*$").matcher(text);
    assertThat(sample.find()).as("a sample of " + name).isTrue();
    var labels = new TreeSet<String>();
    var each = LABEL.matcher(sample.group());
    while (each.find()) {
      labels.add(each.group(1));
    }
    return String.join(" ", labels);
  }
}
