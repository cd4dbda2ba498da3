package io.kubejar.apiserver.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apiserver.flowcontrol.SeatAllocation.Bounds;
import io.kubejar.apiserver.flowcontrol.SeatAllocation.Wish;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeatAllocationTest {
  @Test
  void dividesSeatsByShares() {
    assertThat(Bounds.of(600, 30, 245, 33, -1)).isEqualTo(new Bounds(74, 50, 674));
    assertThat(Bounds.of(600, 5, 245, 0, -1)).isEqualTo(new Bounds(13, 13, 613));
    assertThat(Bounds.of(100, 1, 2, 50, 20)).isEqualTo(new Bounds(50, 25, 60));
    assertThat(Bounds.of(600, 0, 245, 0, -1).nominal()).isZero();
  }

  @Test
  void lendsWhatOneDoesNotUseToOneThatWantsMore() {
    var idle = wish("idle", new Bounds(50, 10, 200), 0);
    var busy = wish("busy", new Bounds(50, 50, 200), 300);

    var seats = SeatAllocation.of(List.of(idle, busy), 100).seats();

    assertThat(seats.get("idle")).isEqualTo(10);
    assertThat(seats.get("busy")).isEqualTo(90);
  }

  @Test
  void neverBorrowsBeyondTheLimit() {
    var idle = wish("idle", new Bounds(50, 10, 200), 0);
    var busy = wish("busy", new Bounds(50, 50, 60), 300);

    assertThat(SeatAllocation.of(List.of(idle, busy), 100).seats()).containsEntry("busy", 60);
  }

  @Test
  void leavesEverybodyTheirOwnIfAllWantEverything() {
    var one = wish("one", new Bounds(70, 10, 200), 500);
    var two = wish("two", new Bounds(30, 10, 200), 500);

    var seats = SeatAllocation.of(List.of(one, two), 100).seats();

    assertThat(seats.get("one")).isEqualTo(70);
    assertThat(seats.get("two")).isEqualTo(30);
  }

  @Test
  void asksForThePeakAndRemembersItForAWhile() {
    var demand = new Demand(0);
    demand.set(10);
    demand.pass(10);
    demand.set(0);

    var busy = demand.close(10);
    var quiet = demand.close(20);

    assertThat(busy.peak()).isEqualTo(10);
    assertThat(busy.smooth()).isEqualTo(10);
    assertThat(quiet.peak()).isZero();
    assertThat(quiet.smooth()).isBetween(9.0, 10.0);
  }

  private static Wish wish(String name, Bounds bounds, double demand) {
    return new Wish(name, bounds, new Demand.Outcome(demand, demand, demand, 0));
  }
}
