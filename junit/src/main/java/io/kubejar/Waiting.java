package io.kubejar;

import io.kubejar.http.Exchange;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// Waiting by a cluster's clock, on a thread of a request.
final class Waiting {
  private Waiting() {}

  static void on(Traffic traffic, Duration time) throws InterruptedException {
    on(traffic, time, new CountDownLatch(1));
  }

  /// Also ends when the client goes away.
  static void on(Traffic traffic, Duration time, Exchange exchange) throws InterruptedException {
    var over = new CountDownLatch(1);
    exchange.onCancel(over::countDown);
    on(traffic, time, over);
  }

  private static void on(Traffic traffic, Duration time, CountDownLatch over)
      throws InterruptedException {
    var timer = traffic.clock().schedule(time, over::countDown);
    traffic.faults().delayed(1); // After the timer is set, so that who sees it may move the time.
    try {
      over.await();
    } finally {
      traffic.faults().delayed(-1);
      timer.cancel();
    }
  }
}
