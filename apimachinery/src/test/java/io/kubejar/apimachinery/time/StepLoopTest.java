package io.kubejar.apimachinery.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StepLoopTest {
  /// Takes texts one by one and passes them on.
  private static final class Relay implements Steppable {
    final LinkedBlockingQueue<String> in = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<String> out = new LinkedBlockingQueue<>();
    private @Nullable Runnable wakeUp;

    void put(String text) {
      in.add(text);
      Objects.requireNonNull(wakeUp).run();
    }

    @Override
    public boolean step() {
      var text = in.poll();
      if (text == null) {
        return false;
      }
      if (text.equals("broken")) {
        throw new IllegalStateException(text);
      }
      return out.add(text);
    }

    @Override
    public void onWork(Runnable listener) {
      wakeUp = listener;
    }
  }

  @Test
  void stepsWheneverThereIsWork() throws InterruptedException {
    var relay = new Relay();
    try (var loop = new StepLoop("relay", relay)) {
      loop.start();
      for (int i = 0; i < 1000; i++) {
        relay.put("item " + i);
        assertThat(relay.out.poll(10, TimeUnit.SECONDS)).isEqualTo("item " + i);
      }
    }
  }

  @Test
  void endsAtAFaultAndTellsIt() throws InterruptedException {
    var relay = new Relay();
    var fault = new AtomicReference<RuntimeException>();
    var told = new CountDownLatch(1);
    try (var loop =
        new StepLoop(
            "relay",
            relay,
            broken -> {
              fault.set(broken);
              told.countDown();
            })) {
      loop.start();
      relay.put("broken");

      assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(fault.get()).hasMessage("broken");
    }
  }

  @Test
  void interruptsAStepWhenClosed() {
    var started = new CountDownLatch(1);
    var waiting =
        new Steppable() {
          @Override
          public boolean step() throws InterruptedException {
            started.countDown();
            new CountDownLatch(1).await();
            return true;
          }

          @Override
          public void onWork(Runnable wakeUp) {}
        };
    var loop = new StepLoop("waiting", waiting);
    loop.start();

    loop.close(); // Returns only if the step was interrupted.

    assertThat(started.getCount()).isLessThanOrEqualTo(1);
  }
}
