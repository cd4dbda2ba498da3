package io.kubejar.apiserver.flowcontrol;

import io.kubejar.api.flowcontrol.v1.PriorityLevelConfigurationSpec;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.flowcontrol.FairQueues.State;
import io.kubejar.apiserver.flowcontrol.FairQueues.Ticket;
import io.kubejar.apiserver.flowcontrol.SeatAllocation.Bounds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  /// How much of a level one request may take.
  private static final double PART_MAX = 0.15;

  private final String name;
  private final PriorityLevelConfigurationSpec spec;
  private final Bounds bounds;
  private final Clock clock;
  private final FlowMetrics metrics;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final FairQueues queues;
  private final Instant start;

  // Guarded by the lock.
  private final Map<Ticket, Inside> guests = new LinkedHashMap<>();
  private final Set<Inside> exempted = new LinkedHashSet<>();
  private long dispatched;
  private long rejected;
  private long timedOut;
  private long cancelled;

  /// A request that waits here or has a seat.
  private static final class Inside {
    private final Visit visit;
    private final Instant arrived;
    private Instant started = Instant.EPOCH;

    Inside(Visit visit, Instant arrived) {
      this.visit = visit;
      this.arrived = arrived;
    }

    FlowDump.Guest seen(int queue, int place) {
      return new FlowDump.Guest(visit, queue, place, arrived, started);
    }
  }

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
    metrics.bounds(name, bounds);
  }

  boolean madeOf(PriorityLevelConfigurationSpec other, Bounds others) {
    return spec.equals(other) && bounds.equals(others);
  }

  boolean exempt() {
    return spec.type().equals(EXEMPT);
  }

  String name() {
    return name;
  }

  /// The most seats that one request may take here, by upstream's rule; 0 if there are no queues
  /// and so no such bound.
  int seatsMax() {
    var limited = spec.limited();
    var queuing = limited == null ? null : limited.limitResponse().queuing();
    if (queuing == null) {
      return 0;
    }
    int hand = queuing.handSize() == 0 ? HAND_DEFAULT : queuing.handSize();
    int part = (int) Math.ceil(bounds.nominal() * PART_MAX);
    return Math.max(1, Math.min(part, bounds.nominal() / hand));
  }

  /// A seat that its owner must give back.
  interface Seat {
    void leave(Cost cost);
  }

  /// Takes seats for a request, waiting for them for at most this long.
  ///
  /// @throws NoSeatException if there are none
  Seat take(Visit visit, Duration patience) throws InterruptedException, NoSeatException {
    var arrived = clock.instant();
    if (exempt()) {
      return exempt(new Inside(visit, arrived));
    }
    lock.lockInterruptibly();
    try {
      var ticket = queues.arrive(visit.flow(), visit.cost().widest(), now());
      var inside = new Inside(visit, arrived);
      guests.put(ticket, inside);
      metrics.estimated(name, visit.schema(), ticket.seats());
      if (ticket.state() == State.WAITING) {
        await(ticket, visit, patience);
      }
      boolean seated = ticket.state() == State.EXECUTING;
      metrics.waited(name, visit.schema(), seated, Duration.between(arrived, clock.instant()));
      if (!seated) {
        guests.remove(ticket);
        throw refused(ticket, visit.schema());
      }
      inside.started = clock.instant();
      begin(visit, ticket.seats());
      return after -> leave(ticket, visit, after);
    } finally {
      lock.unlock();
    }
  }

  /// Who is exempt never waits, and is counted all the same.
  private Seat exempt(Inside inside) {
    inside.started = inside.arrived;
    var visit = inside.visit;
    lock.lock();
    try {
      exempted.add(inside);
      begin(visit, visit.cost().seats());
    } finally {
      lock.unlock();
    }
    return _ -> {
      lock.lock();
      try {
        exempted.remove(inside);
        metrics.executing(name, visit.schema(), -1, -visit.cost().seats());
      } finally {
        lock.unlock();
      }
    };
  }

  private void begin(Visit visit, int seats) {
    dispatched++;
    metrics.dispatched(name, visit.schema());
    metrics.executing(name, visit.schema(), 1, seats);
  }

  private NoSeatException refused(Ticket ticket, String schema) {
    var reason =
        switch (ticket.state()) {
          case REFUSED_QUEUE_FULL -> "queue-full";
          case REFUSED_NO_SEAT -> "concurrency-limit";
          case WAITING, EXECUTING, GAVE_UP -> "time-out";
        };
    if (reason.equals("time-out")) {
      timedOut++;
    } else {
      rejected++;
    }
    metrics.rejected(name, schema, reason);
    return new NoSeatException(reason);
  }

  private void await(Ticket ticket, Visit visit, Duration patience) throws InterruptedException {
    metrics.waiting(name, visit.schema(), 1, ticket.seats());
    var timer = clock.schedule(patience, () -> giveUp(ticket));
    try {
      while (ticket.state() == State.WAITING) {
        changed.await();
      }
    } catch (InterruptedException interrupted) {
      abandon(ticket, visit);
      throw interrupted;
    } finally {
      timer.cancel();
      metrics.waiting(name, visit.schema(), -1, -ticket.seats());
    }
  }

  /// Its owner will not come to take the seat; it may even have got one just now.
  private void abandon(Ticket ticket, Visit visit) {
    guests.remove(ticket);
    cancelled++;
    metrics.rejected(name, visit.schema(), "cancelled");
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
  private void leave(Ticket ticket, Visit visit, Cost cost) {
    if (cost.finalLatency().isZero()) {
      finish(ticket, visit);
    } else {
      clock.schedule(cost.finalLatency(), () -> finish(ticket, visit));
    }
  }

  private void finish(Ticket ticket, Visit visit) {
    lock.lock();
    try {
      guests.remove(ticket);
      metrics.executing(name, visit.schema(), -1, -ticket.seats());
      wake(queues.finish(ticket, now()));
    } finally {
      lock.unlock();
    }
  }

  /// Ends a period of measuring what was wanted.
  SeatAllocation.Wish wish() {
    lock.lock();
    try {
      var wish = new SeatAllocation.Wish(name, bounds, queues.demand().close(now()));
      metrics.demanded(name, wish);
      return wish;
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
    if (!started.isEmpty()) {
      changed.signalAll();
    }
  }

  FlowDump.Level dump() {
    lock.lock();
    try {
      int active = (int) queues.dump().stream().filter(queue -> queue.waiting() > 0).count();
      return new FlowDump.Level(
          name,
          active,
          queues.waiting(),
          queues.executing() + exempted.size(),
          dispatched,
          rejected,
          timedOut,
          cancelled);
    } finally {
      lock.unlock();
    }
  }

  List<FlowDump.Queue> queues() {
    lock.lock();
    try {
      return queues.dump();
    } finally {
      lock.unlock();
    }
  }

  /// Who waits, in the order of the queues, then who has a seat.
  List<FlowDump.Guest> guests() {
    lock.lock();
    try {
      var all = new ArrayList<FlowDump.Guest>();
      guests.forEach(
          (ticket, inside) -> all.add(inside.seen(queues.queueOf(ticket), queues.placeOf(ticket))));
      exempted.forEach(inside -> all.add(inside.seen(-1, -1)));
      return List.copyOf(all);
    } finally {
      lock.unlock();
    }
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
