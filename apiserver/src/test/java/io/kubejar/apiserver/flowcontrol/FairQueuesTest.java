package io.kubejar.apiserver.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apiserver.flowcontrol.FairQueues.Settings;
import io.kubejar.apiserver.flowcontrol.FairQueues.State;
import io.kubejar.apiserver.flowcontrol.FairQueues.Ticket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FairQueuesTest {
  @Test
  void letsRequestsRunWhileThereAreSeats() {
    var queues = queues(2, 4, 1, 10);

    assertThat(queues.arrive(1, 1, 0).state()).isEqualTo(State.EXECUTING);
    assertThat(queues.arrive(1, 1, 0).state()).isEqualTo(State.EXECUTING);
    assertThat(queues.arrive(1, 1, 0).state()).isEqualTo(State.WAITING);
  }

  @Test
  void givesAFreedSeatToWhoHasWaitedLongest() {
    var queues = queues(1, 1, 1, 10);
    var running = queues.arrive(1, 1, 0);
    var first = queues.arrive(1, 1, 0);
    var second = queues.arrive(1, 1, 0);

    assertThat(queues.finish(running, 1)).containsExactly(first);
    assertThat(second.state()).isEqualTo(State.WAITING);
  }

  @Test
  void refusesWhatFindsItsQueueFull() {
    var queues = queues(1, 1, 1, 1);
    queues.arrive(1, 1, 0);
    queues.arrive(1, 1, 0);

    assertThat(queues.arrive(1, 1, 0).state()).isEqualTo(State.REFUSED_QUEUE_FULL);
    assertThat(queues.waiting()).isEqualTo(1);
  }

  @Test
  void refusesAtOnceWithoutQueues() {
    var queues = new FairQueues(new Settings(null, 0), 1, 0);
    var running = queues.arrive(1, 1, 0);

    assertThat(queues.arrive(2, 1, 0).state()).isEqualTo(State.REFUSED_NO_SEAT);
    queues.finish(running, 1);
    assertThat(queues.arrive(2, 1, 1).state()).isEqualTo(State.EXECUTING);
  }

  @Test
  void letsAWideRequestRunAloneAndNobodyOvertakeIt() {
    var queues = queues(3, 1, 1, 10);
    var small = queues.arrive(1, 1, 0);
    var wide = queues.arrive(1, 10, 0);
    var later = queues.arrive(1, 1, 0);

    assertThat(queues.finish(small, 1)).containsExactly(wide);
    assertThat(later.state()).isEqualTo(State.WAITING);
    assertThat(queues.finish(wide, 2)).containsExactly(later);
  }

  @Test
  void forgetsWhoGivesUp() {
    var queues = queues(1, 1, 1, 10);
    var running = queues.arrive(1, 1, 0);
    var impatient = queues.arrive(1, 1, 0);
    var patient = queues.arrive(1, 1, 0);

    queues.giveUp(impatient, 1);

    assertThat(impatient.state()).isEqualTo(State.GAVE_UP);
    assertThat(queues.finish(running, 2)).containsExactly(patient);
    queues.giveUp(patient, 3); // It runs; there is nothing to give up.
    assertThat(patient.state()).isEqualTo(State.EXECUTING);
  }

  @Test
  void letsMoreRunWhenThereAreMoreSeats() {
    var queues = queues(1, 1, 1, 10);
    queues.arrive(1, 1, 0);
    var second = queues.arrive(1, 1, 0);
    var third = queues.arrive(1, 1, 0);

    assertThat(queues.limit(3, 1)).containsExactly(second, third);
  }

  /// One flow floods the level, another sends now and then: the second one hardly waits.
  @Test
  void keepsAFloodFromDrowningAQuietFlow() {
    var world = new World(queues(4, 64, 8, 200), 0.1);
    for (int i = 0; i < 1_000; i++) {
      world.arrive(111, 0);
    }
    for (int i = 0; i < 20; i++) {
      world.arrive(222, i * 0.5);
    }

    world.run();

    assertThat(world.longestWait(222)).isLessThan(0.5);
    assertThat(world.longestWait(111)).isGreaterThan(10);
  }

  /// Two flows that both want everything get about the same.
  @Test
  void dividesSeatsEvenlyAmongGreedyFlows() {
    var world = new World(queues(4, 64, 1, 2_000), 0.1);
    for (int i = 0; i < 1_000; i++) {
      world.arrive(1, 0);
    }
    for (int i = 0; i < 100; i++) {
      world.arrive(2, 0);
    }

    world.run();

    // The smaller one ends after it got half of the seats for its work.
    assertThat(world.lastEnd(2)).isBetween(4.0, 6.0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void neverExceedsItsSeatsAndLosesNobody(long seed) {
    var random = new Random(seed);
    var queues = queues(7, 16, 3, 5);
    var executing = new ArrayList<Ticket>();
    var waiting = new ArrayList<Ticket>();
    double now = 0;
    for (int i = 0; i < 5_000; i++) {
      now += random.nextDouble() / 100;
      if (random.nextInt(3) > 0 || executing.isEmpty()) {
        var ticket = queues.arrive(random.nextInt(20), 1 + random.nextInt(4), now);
        if (ticket.state() == State.EXECUTING) {
          executing.add(ticket);
        } else if (ticket.state() == State.WAITING) {
          waiting.add(ticket);
        }
      } else {
        var ended = executing.remove(random.nextInt(executing.size()));
        executing.addAll(queues.finish(ended, now));
      }
      waiting.removeIf(ticket -> ticket.state() == State.EXECUTING);
      assertThat(queues.seatsInUse()).isLessThanOrEqualTo(7);
      assertThat(queues.executing()).isEqualTo(executing.size());
      assertThat(queues.waiting()).isEqualTo(waiting.size());
    }
    while (!executing.isEmpty()) {
      executing.addAll(queues.finish(executing.removeFirst(), now));
    }
    assertThat(queues.waiting()).isZero();
    assertThat(queues.seatsInUse()).isZero();
  }

  @Test
  void dealsTheSameHandOfDifferentQueuesToTheSameFlow() {
    var dealer = new Dealer(64, 8);
    var hands = new HashSet<List<Integer>>();
    for (long hash = 0; hash < 1_000; hash++) {
      var hand = IntStream.of(dealer.hand(hash * 0x9E3779B97F4A7C15L)).boxed().toList();
      assertThat(hand).doesNotHaveDuplicates().allMatch(card -> card >= 0 && card < 64);
      hands.add(hand);
    }
    assertThat(hands).hasSizeGreaterThan(990);
    assertThat(dealer.hand(42)).isEqualTo(dealer.hand(42));
  }

  private static FairQueues queues(int seats, int deck, int hand, int length) {
    return new FairQueues(new Settings(new Dealer(deck, hand), length), seats, 0);
  }

  /// Requests that all take the same time, in virtual time.
  private static final class World {
    private record Arrival(long flow, double at) {}

    private record End(Ticket ticket, double at) {}

    private final FairQueues queues;
    private final double service;
    private final ArrayDeque<Arrival> arrivals = new ArrayDeque<>();
    private final PriorityQueue<End> ends =
        new PriorityQueue<>((a, b) -> Double.compare(a.at, b.at));
    private final Map<Ticket, Arrival> known = new HashMap<>();
    private final Map<Long, Double> waits = new HashMap<>();
    private final Map<Long, Double> lastEnds = new HashMap<>();

    World(FairQueues queues, double service) {
      this.queues = queues;
      this.service = service;
    }

    void arrive(long flow, double at) {
      arrivals.add(new Arrival(flow, at));
    }

    void run() {
      while (!arrivals.isEmpty() || !ends.isEmpty()) {
        boolean arrival =
            !arrivals.isEmpty() && (ends.isEmpty() || arrivals.getFirst().at <= ends.peek().at);
        if (arrival) {
          var next = arrivals.removeFirst();
          var ticket = queues.arrive(next.flow, 1, next.at);
          known.put(ticket, next);
          if (ticket.state() == State.EXECUTING) {
            started(ticket, next.at);
          }
        } else {
          var end = ends.remove();
          var flow = arrivalOf(end.ticket).flow;
          lastEnds.merge(flow, end.at, Math::max);
          queues.finish(end.ticket, end.at).forEach(ticket -> started(ticket, end.at));
        }
      }
    }

    private Arrival arrivalOf(Ticket ticket) {
      return Objects.requireNonNull(known.get(ticket));
    }

    private void started(Ticket ticket, double now) {
      var arrival = arrivalOf(ticket);
      waits.merge(arrival.flow, now - arrival.at, Math::max);
      ends.add(new End(ticket, now + service));
    }

    double longestWait(long flow) {
      return waits.getOrDefault(flow, Double.NaN);
    }

    double lastEnd(long flow) {
      return lastEnds.getOrDefault(flow, Double.NaN);
    }
  }
}
