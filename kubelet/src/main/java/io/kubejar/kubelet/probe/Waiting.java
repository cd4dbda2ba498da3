package io.kubejar.kubelet.probe;

import io.kubejar.apimachinery.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// Waits by the clock that was passed in, so that virtual time moves it too.
public final class Waiting {
  private Waiting() {}

  public static void on(Clock clock, Duration time) throws InterruptedException {
    if (time.isZero() || time.isNegative()) {
      return;
    }
    var done = new CountDownLatch(1);
    var timer = clock.schedule(time, done::countDown);
    try {
      done.await();
    } finally {
      timer.cancel();
    }
  }
}
