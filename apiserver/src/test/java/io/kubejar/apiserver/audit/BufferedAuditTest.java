package io.kubejar.apiserver.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.apiserver.webhook.WebhookClient;
import io.kubejar.apiserver.webhook.WebhookServer;
import io.kubejar.apiserver.webhook.WebhookTarget;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Batches against a real webhook, beside a clock that only the test moves.
class BufferedAuditTest {
  private static final AuditDelivery.Retries RETRIES =
      new AuditDelivery.Retries(3, Duration.ofSeconds(10));
  private static final BufferedAudit.Bounds BOUNDS =
      new BufferedAudit.Bounds(5, 2, Duration.ofSeconds(30), 1, 1, RETRIES);

  private final VirtualClock clock = new VirtualClock();
  private final List<String> received = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> lost = new LinkedHashMap<>();
  private volatile boolean broken;
  private WebhookServer server;
  private WebhookClient client;
  private BufferedAudit webhook;

  @BeforeEach
  void start() throws IOException {
    server = WebhookServer.answering(this::answer);
    client =
        new WebhookClient(
            (_, _, _) -> {
              throw ApiException.serviceUnavailable("no services");
            },
            clock);
    var target = new WebhookTarget.OfUrl(server.url("/audit"), WebhookServer.caBundle());
    webhook = new BufferedAudit(new AuditWebhook(target, client), clock, new Random(1), BOUNDS);
    webhook.onLoss((plugin, count) -> lost.merge(plugin, count, Integer::sum));
  }

  private JsonObject answer(String path, JsonObject list) throws IOException {
    if (broken) {
      throw new IOException("out of order");
    }
    assertThat(list.text("kind")).isEqualTo("EventList");
    assertThat(list.text("apiVersion")).isEqualTo("audit.k8s.io/v1");
    var ids = new ArrayList<String>();
    list.list("items").forEach(item -> ids.add(((JsonObject) item).text("auditID")));
    received.add(String.join(",", ids));
    return JsonObject.EMPTY;
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private void record(String... ids) {
    for (var id : ids) {
      assertThat(webhook.accept(JsonObject.of("auditID", new JsonString(id)))).isTrue();
    }
  }

  @Test
  void sendsABatchOnceItIsFull() throws Exception {
    record("a");
    assertThat(webhook.step()).isFalse();
    record("b");
    assertThat(webhook.step()).isTrue();

    assertThat(received).containsExactly("a,b");
  }

  @Test
  void sendsWhatHasWaitedLongEnough() throws Exception {
    var woken = new ArrayList<String>();
    webhook.onWork(() -> woken.add("now"));
    record("a");
    assertThat(webhook.step()).isFalse();
    woken.clear();
    clock.advance(Duration.ofSeconds(30));

    assertThat(woken).containsExactly("now");
    assertThat(webhook.step()).isTrue();
    assertThat(received).containsExactly("a");
  }

  @Test
  void keepsToItsRate() throws Exception {
    record("a", "b", "c", "d");
    assertThat(webhook.step()).isTrue();
    assertThat(webhook.step()).isFalse();
    clock.advance(Duration.ofSeconds(1));
    assertThat(webhook.step()).isTrue();

    assertThat(received).containsExactly("a,b", "c,d");
  }

  @Test
  void losesWhatDoesNotFitIntoTheBuffer() throws Exception {
    record("a", "b", "c", "d", "e", "f");

    assertThat(lost).containsExactly(Map.entry("buffered", 1));
  }

  @Test
  void triesAgainLaterAndLater() throws Exception {
    broken = true;
    record("a", "b");
    assertThat(webhook.step()).isTrue();
    clock.advance(Duration.ofSeconds(9));
    assertThat(webhook.step()).isFalse();
    clock.advance(Duration.ofSeconds(3));
    assertThat(webhook.step()).isTrue();
    clock.advance(Duration.ofSeconds(14));
    assertThat(webhook.step()).isFalse();
    broken = false;
    clock.advance(Duration.ofSeconds(4));
    assertThat(webhook.step()).isTrue();

    assertThat(received).containsExactly("a,b");
    assertThat(lost).isEmpty();
  }

  @Test
  void givesABatchUpInTheEnd() throws Exception {
    broken = true;
    record("a", "b", "c", "d");
    for (int i = 0; i < RETRIES.attempts(); i++) {
      assertThat(webhook.step()).isTrue();
      clock.advance(Duration.ofSeconds(20));
    }
    broken = false;
    assertThat(webhook.step()).isTrue();

    assertThat(lost).containsExactly(Map.entry("webhook", 2));
    assertThat(received).containsExactly("c,d");
  }

  @Test
  void sendsEverythingBeforeItCloses() {
    record("a", "b", "c");
    webhook.close();
    record("late");

    assertThat(received).containsExactly("a,b", "c");
    assertThat(lost).containsExactly(Map.entry("buffered", 1));
  }
}
