package io.kubejar.apiserver.audit;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Delivers each event while its request waits, again and again if need be.
public final class BlockingAudit implements AuditSink {
  private static final Logger log = LoggerFactory.getLogger(BlockingAudit.class);

  private final AuditDelivery delivery;
  private final Clock clock;
  private final RandomGenerator random;
  private final AuditDelivery.Retries retries;
  private volatile Losses losses = (_, _) -> {};

  public BlockingAudit(
      AuditDelivery delivery, Clock clock, RandomGenerator random, AuditDelivery.Retries retries) {
    this.delivery = delivery;
    this.clock = clock;
    this.random = random;
    this.retries = retries;
  }

  @Override
  public void onLoss(Losses listener) {
    losses = listener;
  }

  @Override
  public boolean accept(JsonObject event) {
    boolean arrived = false;
    try {
      arrived = delivered(event);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // The request ends; its event is lost with it.
    }
    if (!arrived) {
      losses.lost(delivery.name(), 1);
    }
    return arrived;
  }

  private boolean delivered(JsonObject event) throws InterruptedException {
    for (int failed = 1; ; failed++) {
      try {
        delivery.deliver(List.of(event));
        return true;
      } catch (AuditDelivery.Failure failure) {
        log.warn(
            "audit={} failed attempt={} reason={}", delivery.name(), failed, failure.getMessage());
      }
      if (failed >= retries.attempts()) {
        return false;
      }
      var waited = new CountDownLatch(1);
      clock.schedule(retries.delay(failed, random), waited::countDown);
      waited.await();
    }
  }

  @Override
  public void close() {
    delivery.close();
  }
}
