package io.kubejar;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.http.Exchange;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// Waiting by a cluster's clock, on a thread of a request.
final class Waiting {
  private Waiting() {}

  static void on(Clock clock, Duration time) throws InterruptedException {
    on(clock, time, new CountDownLatch(1));
  }

  /// Also ends when the client goes away.
  static void on(Clock clock, Duration time, Exchange exchange) throws InterruptedException {
    var over = new CountDownLatch(1);
    exchange.onCancel(over::countDown);
    on(clock, time, over);
  }

  private static void on(Clock clock, Duration time, CountDownLatch over)
      throws InterruptedException {
    var timer = clock.schedule(time, over::countDown);
    try {
      over.await();
    } finally {
      timer.cancel();
    }
  }
}
