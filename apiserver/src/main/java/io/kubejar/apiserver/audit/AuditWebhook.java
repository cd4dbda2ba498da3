package io.kubejar.apiserver.audit;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.apiserver.webhook.WebhookClient;
import io.kubejar.apiserver.webhook.WebhookFailure;
import io.kubejar.apiserver.webhook.WebhookTarget;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Posts events to a webhook, many at a time. Whoever is audited never waits: events that find the
/// buffer full, or whose batch cannot be delivered after several attempts, are lost and counted.
///
/// One batch is on its way at a time, so a webhook that fails is not overwhelmed by the others.
public final class AuditWebhook implements AuditSink, Steppable {
  private static final Logger log = LoggerFactory.getLogger(AuditWebhook.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final WebhookTarget target;
  private final WebhookClient client;
  private final Clock clock;
  private final RandomGenerator random;
  private final Bounds bounds;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<JsonObject> buffer = new ArrayDeque<>();
  private final ReentrantLock sending = new ReentrantLock();
  private final Throttle throttle;
  private volatile Runnable wakeUp = () -> {};
  private volatile Losses losses = (_, _) -> {};
  private Instant firstCame = Instant.MAX;
  private boolean closed;
  private List<JsonObject> batch = List.of(); // What is on its way; guarded by sending.
  private int attempts;
  private Instant notBefore = Instant.MIN;

  /// How much is held back, and how hard the webhook is pressed.
  ///
  /// @param buffered events that may wait
  /// @param batch events in one request
  /// @param patience how long the first event of a batch waits for others
  /// @param perSecond requests, in the long run
  /// @param burst requests at once after a rest
  /// @param attempts for one batch
  /// @param backOff before the second attempt; each further one waits half as long again
  public record Bounds(
      int buffered,
      int batch,
      Duration patience,
      double perSecond,
      int burst,
      int attempts,
      Duration backOff) {
    /// Upstream's.
    public static final Bounds DEFAULT =
        new Bounds(10_000, 400, Duration.ofSeconds(30), 10, 15, 5, Duration.ofSeconds(10));

    private static final double GROWTH = 1.5;
    private static final double JITTER = 0.2;

    /// The time before the attempt after this many.
    Duration delay(int failed, RandomGenerator random) {
      double factor = Math.pow(GROWTH, failed - 1) * (1 + JITTER * random.nextDouble());
      return Duration.ofMillis((long) (backOff.toMillis() * factor));
    }
  }

  public AuditWebhook(
      WebhookTarget target,
      WebhookClient client,
      Clock clock,
      RandomGenerator random,
      Bounds bounds) {
    this.target = target;
    this.client = client;
    this.clock = clock;
    this.random = random;
    this.bounds = bounds;
    throttle = new Throttle(bounds.perSecond(), bounds.burst(), clock.instant());
  }

  @Override
  public String name() {
    return "webhook";
  }

  @Override
  public void onLoss(Losses listener) {
    losses = listener;
  }

  @Override
  public boolean accept(JsonObject event) {
    boolean wakes;
    lock.lock();
    try {
      if (closed || buffer.size() >= bounds.buffered()) {
        losses.lost("buffered", 1);
        return true; // As upstream has it: nobody is refused for that.
      }
      if (buffer.isEmpty()) {
        firstCame = clock.instant();
      }
      buffer.add(event);
      wakes = buffer.size() == 1 || buffer.size() == bounds.batch();
    } finally {
      lock.unlock();
    }
    if (wakes) {
      wakeUp.run();
    }
    return true;
  }

  @Override
  public void onWork(Runnable listener) {
    wakeUp = listener;
  }

  @Override
  public boolean step() throws InterruptedException {
    sending.lockInterruptibly();
    try {
      var now = clock.instant();
      var due = due();
      if (due.isAfter(now)) {
        if (!due.equals(Instant.MAX)) {
          clock.schedule(Duration.between(now, due), wakeUp);
        }
        return false;
      }
      if (batch.isEmpty()) {
        batch = take();
        attempts = 0;
      }
      throttle.take(now);
      attempt(now);
      return true;
    } finally {
      sending.unlock();
    }
  }

  /// When there is something to send, and it may be sent.
  private Instant due() {
    var wanted = batch.isEmpty() ? nextBatch() : notBefore;
    var allowed = throttle.next();
    return wanted.isAfter(allowed) ? wanted : allowed;
  }

  private Instant nextBatch() {
    lock.lock();
    try {
      if (buffer.isEmpty()) {
        return Instant.MAX;
      }
      return buffer.size() >= bounds.batch() ? Instant.MIN : firstCame.plus(bounds.patience());
    } finally {
      lock.unlock();
    }
  }

  private List<JsonObject> take() {
    lock.lock();
    try {
      var taken = new ArrayList<JsonObject>();
      while (taken.size() < bounds.batch() && !buffer.isEmpty()) {
        taken.add(buffer.remove());
      }
      firstCame = clock.instant(); // Those left behind begin a batch of their own.
      return List.copyOf(taken);
    } finally {
      lock.unlock();
    }
  }

  private void attempt(Instant now) throws InterruptedException {
    try {
      client.post(target, JsonPrinter.printUtf8(list(batch)), PATIENCE);
      batch = List.of();
    } catch (WebhookFailure failure) {
      attempts++;
      if (attempts >= bounds.attempts()) {
        lose(failure);
      } else {
        notBefore = now.plus(bounds.delay(attempts, random));
        log.warn("audit_webhook=failed attempt={} reason={}", attempts, failure.getMessage());
      }
    }
  }

  private void lose(WebhookFailure failure) {
    log.error("audit_webhook=lost events={} reason={}", batch.size(), failure.getMessage());
    losses.lost(name(), batch.size());
    batch = List.of();
  }

  private static JsonObject list(List<JsonObject> events) {
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("kind", new JsonString("EventList"));
    fields.put("apiVersion", new JsonString("audit.k8s.io/v1"));
    fields.put("metadata", JsonObject.EMPTY);
    fields.put("items", new JsonArray(List.copyOf(events)));
    return new JsonObject(fields);
  }

  /// Sends what is held back, each batch once. Later events are lost.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    sending.lock();
    try {
      flush();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // Whoever closes is in a hurry.
    } finally {
      sending.unlock();
    }
  }

  private void flush() throws InterruptedException {
    if (batch.isEmpty()) {
      batch = take();
    }
    while (!batch.isEmpty()) {
      attempts = bounds.attempts() - 1; // The last one.
      attempt(clock.instant());
      batch = take();
    }
  }

  /// A token bucket.
  private static final class Throttle {
    private final double perSecond;
    private final int burst;
    private double tokens;
    private Instant counted;

    Throttle(double perSecond, int burst, Instant now) {
      this.perSecond = perSecond;
      this.burst = burst;
      tokens = burst;
      counted = now;
    }

    /// When a request is allowed.
    Instant next() {
      double missing = Math.max(0, 1 - tokens);
      return counted.plusNanos((long) Math.ceil(missing / perSecond * 1e9));
    }

    void take(Instant now) {
      double grown = Duration.between(counted, now).toNanos() / 1e9 * perSecond;
      tokens = Math.min(burst, tokens + grown) - 1;
      counted = now;
    }
  }
}
