package io.kubejar.apiserver.flowcontrol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The queues of one priority level. A pure state machine: whoever owns it says what time it is and
/// calls it from one thread at a time.
///
/// Fairness is that of fair queueing for packets, as upstream adapted it: in virtual time each
/// queue that has work gets an equal share of the seats, and the request is served next that would
/// finish first if all were served at once. How long a request takes is a guess that is made good
/// when it ends.
final class FairQueues {
  /// The first guess of how long a request takes.
  static final double EXPECTED_SECONDS = 0.003;

  private final Settings settings;
  private final List<Queue> queues = new ArrayList<>();
  private final Demand demand;
  private int limit;
  private int seatsInUse;
  private int executing;
  private int waiting;
  private double virtualTime;
  private double now;

  /// @param dealer null if requests that find no seat are refused at once
  /// @param lengthMax the most requests that wait in a queue
  record Settings(@Nullable Dealer dealer, int lengthMax) {}

  /// Where a request stands.
  enum State {
    WAITING,
    EXECUTING,
    REFUSED_QUEUE_FULL,
    REFUSED_NO_SEAT,
    GAVE_UP
  }

  /// One request in its priority level.
  static final class Ticket {
    private final int seats;
    private @Nullable Queue queue;
    private State state = State.WAITING;
    private double startedAt;

    private Ticket(int seats) {
      this.seats = seats;
    }

    State state() {
      return state;
    }

    int seats() {
      return seats;
    }
  }

  private static final class Queue {
    private final ArrayDeque<Ticket> waiting = new ArrayDeque<>();
    private double nextStart;
    private int executing;
    private int seatsInUse;

    boolean hasWork() {
      return !waiting.isEmpty() || executing > 0;
    }

    /// What stands before somebody who comes last.
    double backlog() {
      return waiting.stream().mapToInt(ticket -> ticket.seats).sum() + seatsInUse;
    }
  }

  /// @param nowSeconds any steady time
  FairQueues(Settings settings, int limit, double nowSeconds) {
    this.settings = settings;
    this.limit = limit;
    now = nowSeconds;
    demand = new Demand(nowSeconds);
    var dealer = settings.dealer;
    for (int i = 0; dealer != null && i < dealer.deck(); i++) {
      queues.add(new Queue());
    }
  }

  int executing() {
    return executing;
  }

  int waiting() {
    return waiting;
  }

  int seatsInUse() {
    return seatsInUse;
  }

  /// How the queues are, for people.
  List<FlowDump.Queue> dump() {
    var all = new ArrayList<FlowDump.Queue>();
    for (var queue : queues) {
      int seats = queue.waiting.stream().mapToInt(ticket -> ticket.seats).sum();
      all.add(
          new FlowDump.Queue(
              all.size(),
              queue.waiting.size(),
              queue.executing,
              queue.seatsInUse,
              queue.nextStart,
              seats));
    }
    return all;
  }

  /// The number of a request's queue; -1 if it never stood in one.
  int queueOf(Ticket ticket) {
    return queues.indexOf(ticket.queue);
  }

  /// How many stand before a request in its queue; -1 if it does not wait.
  int placeOf(Ticket ticket) {
    int place = -1;
    var queue = ticket.queue;
    if (queue != null && ticket.state == State.WAITING) {
      for (var each : queue.waiting) {
        place++;
        if (each == ticket) {
          break;
        }
      }
    }
    return place;
  }

  /// How much was asked for, to be read and forgotten at each adjustment.
  Demand demand() {
    return demand;
  }

  /// Changes how many seats there are. Returns who may run now.
  List<Ticket> limit(int seats, double nowSeconds) {
    pass(nowSeconds);
    limit = seats;
    return dispatch();
  }

  /// A request comes. Its ticket says at once whether it runs, waits or is refused.
  ///
  /// @param flow the same for requests that must share
  Ticket arrive(long flow, int seats, double nowSeconds) {
    pass(nowSeconds);
    var ticket = new Ticket(seats);
    var dealer = settings.dealer;
    if (dealer == null) {
      withoutQueue(ticket);
    } else {
      var queue = shortest(dealer.hand(flow));
      if (queue.waiting.size() >= settings.lengthMax && !fits(ticket)) {
        ticket.state = State.REFUSED_QUEUE_FULL;
        return ticket;
      }
      enqueue(queue, ticket);
      dispatch();
    }
    noteDemand();
    return ticket;
  }

  /// A request has ended. Returns who may run now.
  List<Ticket> finish(Ticket ticket, double nowSeconds) {
    pass(nowSeconds);
    executing--;
    seatsInUse -= ticket.seats;
    var queue = ticket.queue;
    if (queue != null) {
      queue.executing--;
      queue.seatsInUse -= ticket.seats;
      // The guess is made good: who took longer waits longer.
      queue.nextStart -= ticket.seats * (EXPECTED_SECONDS - (now - ticket.startedAt));
    }
    noteDemand();
    return dispatch();
  }

  /// A request that has waited long enough. Nothing happens if it does not wait any more.
  void giveUp(Ticket ticket, double nowSeconds) {
    pass(nowSeconds);
    var queue = ticket.queue;
    if (ticket.state == State.WAITING && queue != null) {
      queue.waiting.remove(ticket);
      waiting--;
      ticket.state = State.GAVE_UP;
      noteDemand();
    }
  }

  private void withoutQueue(Ticket ticket) {
    if (fits(ticket)) {
      start(ticket);
    } else {
      ticket.state = State.REFUSED_NO_SEAT;
    }
  }

  private void enqueue(Queue queue, Ticket ticket) {
    if (!queue.hasWork()) {
      queue.nextStart = virtualTime;
    }
    ticket.queue = queue;
    queue.waiting.add(ticket);
    waiting++;
  }

  private List<Ticket> dispatch() {
    var started = new ArrayList<Ticket>();
    while (waiting > 0) {
      var next = next();
      var ticket = next.waiting.getFirst();
      if (!fits(ticket)) {
        break; // The next one in turn must not be overtaken for ever by smaller ones.
      }
      next.waiting.removeFirst();
      waiting--;
      next.nextStart += EXPECTED_SECONDS * ticket.seats;
      next.executing++;
      next.seatsInUse += ticket.seats;
      start(ticket);
      started.add(ticket);
    }
    return started;
  }

  private void start(Ticket ticket) {
    ticket.state = State.EXECUTING;
    ticket.startedAt = now;
    executing++;
    seatsInUse += ticket.seats;
  }

  /// A request wider than the whole level may run alone.
  private boolean fits(Ticket ticket) {
    return seatsInUse == 0 || seatsInUse + ticket.seats <= limit;
  }

  /// The queue whose first request would finish first in virtual time.
  private Queue next() {
    Queue best = null;
    double finish = Double.POSITIVE_INFINITY;
    for (var queue : queues) {
      if (queue.waiting.isEmpty()) {
        continue;
      }
      double its = queue.nextStart + EXPECTED_SECONDS * queue.waiting.getFirst().seats;
      if (its < finish) {
        finish = its;
        best = queue;
      }
    }
    if (best == null) {
      throw new IllegalStateException("somebody waits in no queue");
    }
    return best;
  }

  private Queue shortest(int[] hand) {
    var best = queues.get(hand[0]);
    for (int card : hand) {
      if (queues.get(card).backlog() < best.backlog()) {
        best = queues.get(card);
      }
    }
    return best;
  }

  /// Virtual time runs as fast as each queue with work is served.
  private void pass(double nowSeconds) {
    double passed = Math.max(0, nowSeconds - now);
    now = Math.max(now, nowSeconds);
    long active = queues.stream().filter(Queue::hasWork).count();
    if (active > 0) {
      virtualTime += passed * Math.min(limit, seatsInUse + waiting) / active;
    }
    demand.pass(now);
  }

  private void noteDemand() {
    double wanted = seatsInUse;
    for (var queue : queues) {
      for (var ticket : queue.waiting) {
        wanted += ticket.seats;
      }
    }
    demand.set(wanted);
  }
}
