package io.kubejar.apiserver.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.time.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What becomes of an event on its way: waiting, failing, shrinking.
class AuditSinksTest {
  private final VirtualClock clock = new VirtualClock();
  private final List<JsonObject> arrived = new ArrayList<>();
  private final Map<String, Integer> lost = new LinkedHashMap<>();

  /// Fails as often as it is told.
  private final class Receiver implements AuditDelivery {
    private int failures;

    Receiver(int failures) {
      this.failures = failures;
    }

    @Override
    public String name() {
      return "webhook";
    }

    @Override
    public void deliver(List<JsonObject> events) throws Failure {
      if (failures-- > 0) {
        throw new Failure("out of order", new IOException());
      }
      arrived.addAll(events);
    }
  }

  private <T extends AuditSink> T counted(T sink) {
    sink.onLoss((where, count) -> lost.merge(where, count, Integer::sum));
    return sink;
  }

  private BlockingAudit blocking(int failures) {
    var retries = new AuditDelivery.Retries(2, Duration.ofSeconds(10));
    return new BlockingAudit(new Receiver(failures), clock, new Random(1), retries);
  }

  /// The answer of the sink, with time passing while it waits.
  private boolean accept(AuditSink sink, JsonObject event) throws Exception {
    var answer = new CompletableFuture<Boolean>();
    var thread = Thread.startVirtualThread(() -> answer.complete(sink.accept(event)));
    while (!thread.join(Duration.ofMillis(1))) {
      clock.advance(Duration.ofSeconds(1));
    }
    return answer.get();
  }

  @Test
  void makesTheRequestWaitUntilTheEventHasArrived() throws Exception {
    var begin = clock.instant();

    assertThat(accept(counted(blocking(1)), event("a"))).isTrue();

    assertThat(arrived).containsExactly(event("a"));
    assertThat(Duration.between(begin, clock.instant()))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(10));
    assertThat(lost).isEmpty();
  }

  @Test
  void refusesTheRequestOfALostEventIfItIsStrict() throws Exception {
    assertThat(accept(counted(blocking(2)), event("a"))).isFalse();
    assertThat(lost).containsExactly(Map.entry("webhook", 1));
  }

  @Test
  void refusesNobodyIfItIsNotStrict() throws Exception {
    assertThat(accept(counted(blocking(2).forgiving()), event("a"))).isTrue();
    assertThat(lost).containsExactly(Map.entry("webhook", 1));
  }

  @Test
  void handsEventsToAllSinksWhateverTheOthersDo() {
    var several = new AuditSink.Several(List.of(_ -> false, arrived::add));

    assertThat(several.accept(event("a"))).isFalse();
    assertThat(arrived).containsExactly(event("a"));
  }

  @Test
  void takesTheObjectsOutOfLargeEvents() {
    var sink = counted(new TruncatedAudit(arrived::add, 200));
    var small = event("small").with("requestObject", new JsonString("x"));
    var large =
        event("large")
            .with("annotations", JsonObject.of("a", new JsonString("b")))
            .with("requestObject", new JsonString("x".repeat(300)))
            .with("responseObject", new JsonString("y"));

    assertThat(sink.accept(small)).isTrue();
    assertThat(sink.accept(large)).isTrue();

    assertThat(arrived.getFirst()).isEqualTo(small);
    assertThat(JsonPrinter.print(arrived.getLast()))
        .isEqualTo(
            "{\"auditID\":\"large\",\"level\":\"RequestResponse\",\"annotations\":{\"a\":\"b\","
                + "\"audit.k8s.io/truncated\":\"true\"}}");
  }

  @Test
  void losesWhatIsTooLargeEvenSo() {
    var sink = counted(new TruncatedAudit(arrived::add, 200));

    assertThat(sink.accept(event("x".repeat(300)))).isTrue();

    assertThat(arrived).isEmpty();
    assertThat(lost).containsExactly(Map.entry("truncate", 1));
  }

  @Test
  void printsTheShortTextOfOld() {
    var event =
        (JsonObject)
            Yaml.parse(
                """
                {auditID: id1, stage: ResponseComplete, verb: get, requestURI: /api/v1/pods,
                 user: {username: jane, groups: [a, b]}, sourceIPs: [10.0.0.1],
                 userAgent: curl, objectRef: {namespace: ns}, responseStatus: {code: 200},
                 requestReceivedTimestamp: '2026-05-01T10:00:00.000000Z'}
                """);

    assertThat(AuditFormat.LEGACY.line(event))
        .isEqualTo(
            "2026-05-01T10:00:00.000000Z AUDIT: id=\"id1\" stage=\"ResponseComplete\""
                + " ip=\"10.0.0.1\" method=\"get\" user=\"jane\" groups=\"\\\"a\\\",\\\"b\\\"\""
                + " as=\"<self>\" asgroups=\"<lookup>\" user-agent=\"curl\" namespace=\"ns\""
                + " uri=\"/api/v1/pods\" response=\"200\"");
  }

  private static JsonObject event(String id) {
    return JsonObject.of("auditID", new JsonString(id))
        .with("level", new JsonString("RequestResponse"));
  }
}
