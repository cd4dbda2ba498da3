package io.kubejar.apiserver.audit;

import io.kubejar.apimachinery.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/// Brings events to where they are kept, and says so when it cannot.
public interface AuditDelivery extends AutoCloseable {
  /// What it is called in metrics.
  String name();

  /// @throws Failure if the events may not have arrived
  void deliver(List<JsonObject> events) throws Failure, InterruptedException;

  @Override
  default void close() {}

  /// To a sink that tells its losses itself.
  static AuditDelivery to(String name, AuditSink sink) {
    return new AuditDelivery() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public void deliver(List<JsonObject> events) {
        events.forEach(sink::accept);
      }

      @Override
      public void onLoss(AuditSink.Losses listener) {
        sink.onLoss(listener);
      }

      @Override
      public void close() {
        sink.close();
      }
    };
  }

  /// Whom to tell of events that get lost here without a failure.
  default void onLoss(AuditSink.Losses listener) {}

  /// Why events did not arrive.
  final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    public Failure(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /// How often it is tried again.
  ///
  /// @param attempts for the same events, the first one included
  /// @param backOff before the second attempt; each further one waits half as long again
  record Retries(int attempts, Duration backOff) {
    private static final double GROWTH = 1.5;
    private static final double JITTER = 0.2;

    /// Upstream's for webhooks.
    public static final Retries DEFAULT = new Retries(5, Duration.ofSeconds(10));

    public static final Retries NONE = new Retries(1, Duration.ZERO);

    /// The time before the attempt after this many.
    Duration delay(int failed, RandomGenerator random) {
      double factor = Math.pow(GROWTH, failed - 1) * (1 + JITTER * random.nextDouble());
      return Duration.ofMillis((long) (backOff.toMillis() * factor));
    }
  }
}
