package io.kubejar.junit;

import io.kubejar.Cluster;
import io.kubejar.Requests;
import io.kubejar.api.core.v1.Event;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.client.ListOptions;
import io.kubejar.storage.CompactedException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.MediaType;
import org.junit.jupiter.api.extension.ExtensionContext;

/// What a cluster has to say about a test that failed: its events, the objects that differ since
/// the test began, the faults that happened, and the last requests.
record FailureReport(Cluster cluster, long begin) {
  static final String FILE = "kubejar-cluster.txt";

  /// Older requests would only bury the others.
  private static final int REQUESTS_MAX = 500;

  /// Attaches the report to the test, as a file and as an entry that says where to look.
  void publish(ExtensionContext context) throws InterruptedException {
    var text = text();
    context.publishFile(FILE, MediaType.TEXT_PLAIN_UTF_8, file -> Files.writeString(file, text));
    context.publishReportEntry("kubejar", summary());
  }

  private String summary() {
    return "%d requests, %d of them refused; see %s"
        .formatted(cluster.requests().count(), cluster.requests().failed().count(), FILE);
  }

  String text() throws InterruptedException {
    return Stream.of(
            "It is %s, revision %d; the test began at %d."
                .formatted(cluster.clock().instant(), cluster.revision(), begin),
            section("Events", events()),
            section("Faults that happened", lines(cluster.faults().decisions())),
            section("Objects that differ since the test began", differences()),
            section("The last requests", requests()))
        .collect(Collectors.joining("\n\n", "", "\n"));
  }

  private static String section(String title, String content) {
    return title
        + "\n"
        + "=".repeat(title.length())
        + "\n"
        + (content.isEmpty() ? "none" : content);
  }

  private String events() throws InterruptedException {
    try {
      return lines(
          cluster.inProcessClient().list(Event.RESOURCE, ListOptions.ALL).items().stream()
              .map(FailureReport::line)
              .toList());
    } catch (ApiException refused) { // By a fault, perhaps.
      return "cannot be read: " + refused.getMessage();
    }
  }

  private static String line(Event event) {
    var about = event.involvedObject();
    return "%s %s %s %s/%s: %s"
        .formatted(
            event.type(),
            event.reason(),
            about.kind(),
            about.namespace(),
            about.name(),
            event.message());
  }

  private String differences() {
    try {
      return lines(cluster.diff(begin, cluster.revision()));
    } catch (CompactedException forgotten) {
      return "unknown: " + forgotten.getMessage();
    }
  }

  private String requests() {
    var all = cluster.requests().all();
    return new Requests(all.subList(Math.max(0, all.size() - REQUESTS_MAX), all.size())).toString();
  }

  private static String lines(List<?> all) {
    return all.stream().map(Object::toString).collect(Collectors.joining("\n"));
  }
}
