package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.time.RealClock;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What dashboards read.
class RequestMetricsTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";

  private static TestServer server;
  private static Http http;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(new RealClock());
    http = Http.as(server, "admin", "system:masters");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void countsRequestsUnderUpstreamsWords() throws Exception {
    http.post(MAPS + "?dryRun=All", "{\"metadata\":{\"name\":\"a\"}}");
    http.get(MAPS);
    http.get("/api/v1/configmaps");
    http.get(MAPS + "/none");
    apply("applied");
    http.get(MAPS + "?watch=true&timeoutSeconds=1");

    var text = metrics();
    assertThat(text)
        .contains(
            total("201", "All", "resource", "POST"),
            total("200", "", "namespace", "LIST"),
            total("200", "", "cluster", "LIST"),
            total("404", "", "resource", "GET"),
            total("200", "", "namespace", "WATCH"),
            total("201", "", "resource", "APPLY"))
        .contains("apiserver_watch_events_total{group=\"\",resource=\"configmaps\",version=\"v1\"}")
        .contains("apiserver_current_inflight_requests{request_kind=\"readOnly\"} ")
        .contains("apiserver_resource_objects{group=\"apps\",resource=\"deployments\"} 0.0")
        .contains("apiserver_storage_objects{resource=\"deployments.apps\"} 0.0")
        .contains("process_cpu_seconds_total ", "process_start_time_seconds ");
    assertThat(text.lines().filter(it -> it.startsWith("apiserver_response_sizes_bucket")))
        .anyMatch(it -> it.contains("le=\"1000.0\"") && it.contains("verb=\"LIST\""));
  }

  private static String total(String code, String dryRun, String scope, String verb) {
    return "apiserver_request_total{code=\"%s\",component=\"apiserver\",dry_run=\"%s\",group=\"\",resource=\"configmaps\",scope=\"%s\",subresource=\"\",verb=\"%s\",version=\"v1\"}"
        .formatted(code, dryRun, scope, verb);
  }

  private static void apply(String name) throws Exception {
    var body =
        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name + "\"}}";
    http.send(
        "PATCH",
        MAPS + "/" + name + "?fieldManager=test",
        body.getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/apply-patch+yaml");
  }

  @Test
  void countsNothingThatClientsMakeUp() throws Exception {
    http.get("/apis/made.up/v1/things");
    http.get(MAPS + "/a/made-up");
    Http.as(server, "nobody").get("/api/v1/secrets");

    assertThat(metrics()).doesNotContain("made.up", "made-up", "resource=\"secrets\",scope");
  }

  @Test
  void tellsAndCountsWhatIsDeprecated() throws Exception {
    var answer = http.get("/api/v1/namespaces/default/endpoints");

    assertThat(answer.headers().allValues("Warning"))
        .isEqualTo(
            List.of(
                "299 - \"v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1"
                    + " EndpointSlice\""));
    assertThat(metrics())
        .contains(
            "apiserver_requested_deprecated_apis{group=\"\",removed_release=\"\",resource=\"endpoints\",subresource=\"\",version=\"v1\"}"
                + " 1.0");
  }

  @Test
  void refusesTimeOutsThatAreNone() throws Exception {
    assertThat(Http.status(http.get(MAPS + "?timeout=soon")))
        .containsEntry("code", "400")
        .containsEntry(
            "message",
            "invalid timeout specified in the request URL - time: invalid duration \"soon\"");
    assertThat(http.get(MAPS + "?timeout=10s").statusCode()).isEqualTo(200);
  }

  private static String metrics() throws Exception {
    return new String(http.get("/metrics").body(), StandardCharsets.UTF_8);
  }
}
