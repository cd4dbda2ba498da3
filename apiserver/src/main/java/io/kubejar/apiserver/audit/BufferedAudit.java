package io.kubejar.apiserver.audit;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Delivers events later, many at a time. Whoever is audited never waits: events that find the
/// buffer full, or whose batch cannot be delivered after several attempts, are lost and counted.
///
/// One batch is on its way at a time, so a webhook that fails is not overwhelmed by the others.
public final class BufferedAudit implements AuditSink, Steppable {
  private static final Logger log = LoggerFactory.getLogger(BufferedAudit.class);

  private final AuditDelivery delivery;
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

  /// How much is held back, and how hard the receiver is pressed.
  ///
  /// @param buffered events that may wait
  /// @param batch events in one delivery
  /// @param patience how long the first event of a batch waits for others
  /// @param perSecond deliveries, in the long run; 0 for as many as there are
  /// @param burst deliveries at once after a rest
  public record Bounds(
      int buffered,
      int batch,
      Duration patience,
      double perSecond,
      int burst,
      AuditDelivery.Retries retries) {
    /// Upstream's for webhooks.
    public static final Bounds WEBHOOK =
        new Bounds(10_000, 400, Duration.ofSeconds(30), 10, 15, AuditDelivery.Retries.DEFAULT);

    /// Upstream's for files.
    public static final Bounds LOG =
        new Bounds(10_000, 1, Duration.ZERO, 0, 0, AuditDelivery.Retries.NONE);
  }

  public BufferedAudit(AuditDelivery delivery, Clock clock, RandomGenerator random, Bounds bounds) {
    this.delivery = delivery;
    this.clock = clock;
    this.random = random;
    this.bounds = bounds;
    throttle = new Throttle(bounds.perSecond(), bounds.burst(), clock.instant());
  }

  @Override
  public List<Steppable> parts() {
    return List.of(this);
  }

  @Override
  public void onLoss(Losses listener) {
    losses = listener;
    delivery.onLoss(listener);
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
      delivery.deliver(batch);
      batch = List.of();
    } catch (AuditDelivery.Failure failure) {
      attempts++;
      if (attempts >= bounds.retries().attempts()) {
        lose(failure);
      } else {
        notBefore = now.plus(bounds.retries().delay(attempts, random));
        log.warn(
            "audit={} failed attempt={} reason={}",
            delivery.name(),
            attempts,
            failure.getMessage());
      }
    }
  }

  private void lose(AuditDelivery.Failure failure) {
    log.error(
        "audit={} lost events={} reason={}", delivery.name(), batch.size(), failure.getMessage());
    losses.lost(delivery.name(), batch.size());
    batch = List.of();
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
      delivery.close();
    }
  }

  private void flush() throws InterruptedException {
    if (batch.isEmpty()) {
      batch = take();
    }
    while (!batch.isEmpty()) {
      attempts = bounds.retries().attempts() - 1; // The last one.
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
      if (perSecond == 0) {
        return Instant.MIN;
      }
      double missing = Math.max(0, 1 - tokens);
      return counted.plusNanos((long) Math.ceil(missing / perSecond * 1e9));
    }

    void take(Instant now) {
      if (perSecond == 0) {
        return;
      }
      double grown = Duration.between(counted, now).toNanos() / 1e9 * perSecond;
      tokens = Math.min(burst, tokens + grown) - 1;
      counted = now;
    }
  }
}
