package io.kubejar.apiserver.flowcontrol;

import io.kubejar.api.flowcontrol.v1.PriorityLevelConfigurationSpec;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.flowcontrol.FairQueues.State;
import io.kubejar.apiserver.flowcontrol.FairQueues.Ticket;
import io.kubejar.apiserver.flowcontrol.SeatAllocation.Bounds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A priority level at work: threads take their seats here, or wait for them. Its rules are those
/// of its configuration when it was made; another configuration makes another level, and who sits
/// in the old one leaves it in peace.
final class PriorityLevel {
  static final String EXEMPT = "Exempt";
  private static final int LENGTH_DEFAULT = 50;
  private static final int QUEUES_DEFAULT = 64;
  private static final int HAND_DEFAULT = 8;

  private final String name;
  private final PriorityLevelConfigurationSpec spec;
  private final Bounds bounds;
  private final Clock clock;
  private final FlowMetrics metrics;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final FairQueues queues;
  private final Instant start;

  PriorityLevel(
      String name,
      PriorityLevelConfigurationSpec spec,
      Bounds bounds,
      Clock clock,
      FlowMetrics metrics) {
    this.name = name;
    this.spec = spec;
    this.bounds = bounds;
    this.clock = clock;
    this.metrics = metrics;
    start = clock.instant();
    queues = new FairQueues(settings(spec), Math.max(1, bounds.nominal()), 0);
    metrics.nominal(name, bounds.nominal());
  }

  boolean madeOf(PriorityLevelConfigurationSpec other, Bounds others) {
    return spec.equals(other) && bounds.equals(others);
  }

  boolean exempt() {
    return spec.type().equals(EXEMPT);
  }

  /// A seat that its owner must give back.
  interface Seat {
    void leave(Cost cost);
  }

  /// Takes seats for a request, waiting for them for at most this long.
  ///
  /// @param schema by which the request came here, for the metrics
  /// @throws NoSeatException if there are none
  Seat take(long flow, String schema, Cost cost, Duration patience)
      throws InterruptedException, NoSeatException {
    if (exempt()) {
      metrics.dispatched(name, schema);
      return _ -> {};
    }
    var arrived = clock.instant();
    lock.lockInterruptibly();
    try {
      var ticket = queues.arrive(flow, cost.widest(), now());
      if (ticket.state() == State.WAITING) {
        await(ticket, patience);
      }
      metrics.waiting(name, queues.waiting());
      boolean seated = ticket.state() == State.EXECUTING;
      metrics.waited(name, schema, seated, Duration.between(arrived, clock.instant()));
      if (!seated) {
        throw refused(ticket, schema);
      }
      metrics.dispatched(name, schema);
      showUse();
      return after -> leave(ticket, after);
    } finally {
      lock.unlock();
    }
  }

  private NoSeatException refused(Ticket ticket, String schema) {
    var reason =
        switch (ticket.state()) {
          case REFUSED_QUEUE_FULL -> "queue-full";
          case REFUSED_NO_SEAT -> "concurrency-limit";
          case WAITING, EXECUTING, GAVE_UP -> "time-out";
        };
    metrics.rejected(name, schema, reason);
    return new NoSeatException(reason);
  }

  private void await(Ticket ticket, Duration patience) throws InterruptedException {
    metrics.waiting(name, queues.waiting());
    var timer = clock.schedule(patience, () -> giveUp(ticket));
    try {
      while (ticket.state() == State.WAITING) {
        changed.await();
      }
    } catch (InterruptedException interrupted) {
      abandon(ticket);
      throw interrupted;
    } finally {
      timer.cancel();
    }
  }

  /// Its owner will not come to take the seat; it may even have got one just now.
  private void abandon(Ticket ticket) {
    if (ticket.state() == State.EXECUTING) {
      queues.finish(ticket, now());
    } else {
      queues.giveUp(ticket, now());
    }
    changed.signalAll();
  }

  private void giveUp(Ticket ticket) {
    lock.lock();
    try {
      queues.giveUp(ticket, now());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The answer is made; its followers are served after the final latency.
  private void leave(Ticket ticket, Cost cost) {
    if (cost.finalLatency().isZero()) {
      finish(ticket);
    } else {
      clock.schedule(cost.finalLatency(), () -> finish(ticket));
    }
  }

  private void finish(Ticket ticket) {
    lock.lock();
    try {
      wake(queues.finish(ticket, now()));
    } finally {
      lock.unlock();
    }
  }

  /// Ends a period of measuring what was wanted.
  SeatAllocation.Wish wish() {
    lock.lock();
    try {
      return new SeatAllocation.Wish(name, bounds, queues.demand().close(now()));
    } finally {
      lock.unlock();
    }
  }

  void limit(int seats) {
    lock.lock();
    try {
      wake(queues.limit(seats, now()));
      metrics.current(name, seats);
    } finally {
      lock.unlock();
    }
  }

  private void wake(List<Ticket> started) {
    showUse();
    if (!started.isEmpty()) {
      changed.signalAll();
    }
  }

  private void showUse() {
    metrics.executing(name, queues.executing(), queues.seatsInUse());
  }

  private double now() {
    return Duration.between(start, clock.instant()).toNanos() / 1e9;
  }

  private static FairQueues.Settings settings(PriorityLevelConfigurationSpec spec) {
    var limited = spec.limited();
    if (limited == null || !limited.limitResponse().type().equals("Queue")) {
      return new FairQueues.Settings(null, 0);
    }
    var queuing = limited.limitResponse().queuing();
    if (queuing == null) {
      return new FairQueues.Settings(new Dealer(QUEUES_DEFAULT, HAND_DEFAULT), LENGTH_DEFAULT);
    }
    return new FairQueues.Settings(
        dealer(queuing.queues(), queuing.handSize()), queuing.queueLengthLimit());
  }

  private static Dealer dealer(int queues, int hand) {
    return new Dealer(Math.max(1, queues), Math.clamp(hand, 1, Math.max(1, queues)));
  }
}
