package io.kubejar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.client.testing.InMemoryApi;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LeaderElectorTest {
  private static final ObjectKey LEASE = new ObjectKey("kube-system", "manager");

  private final VirtualClock clock = new VirtualClock();
  private final InMemoryApi api = new InMemoryApi(clock);

  @Test
  void onlyOneLeads() throws InterruptedException {
    var a = elector("a");
    var b = elector("b");
    for (int i = 0; i < 60; i++) {
      a.step();
      b.step();
      assertThat(a.leads() && b.leads()).isFalse();
      clock.advance(Duration.ofSeconds(1));
    }

    assertThat(a.leads()).isTrue();
    assertThat(b.leads()).isFalse();
  }

  @Test
  void anotherTakesOverWhenTheLeaderFallsSilent() throws InterruptedException {
    var a = elector("a");
    var b = elector("b");
    a.step();
    b.step();
    for (int i = 0; i < 14; i++) {
      clock.advance(Duration.ofSeconds(1));
      b.step();
      assertThat(b.leads()).isFalse();
    }
    for (int i = 0; i < 10; i++) {
      clock.advance(Duration.ofSeconds(1));
      b.step();
    }

    assertThat(b.leads()).isTrue();
    var spec = Objects.requireNonNull(api.get(Lease.RESOURCE, LEASE).spec());
    assertThat(spec.holderIdentity()).isEqualTo("b");
    assertThat(spec.leaseTransitions()).isEqualTo(1);
    a.step();
    assertThat(a.leads()).isFalse();
  }

  @Test
  void aReleasedLeaseIsTakenAtOnce() throws InterruptedException {
    var a = elector("a");
    var b = elector("b");
    a.step();
    a.release();
    b.step();

    assertThat(a.leads()).isFalse();
    assertThat(b.leads()).isTrue();
  }

  private LeaderElector elector(String identity) {
    return new LeaderElector(
        api,
        clock,
        new Random(identity.hashCode()),
        LeaderElector.Settings.of(LEASE, identity),
        new LeaderElector.Listener() {
          @Override
          public void onStartedLeading() {
            // The tests ask the elector.
          }

          @Override
          public void onStoppedLeading() {
            // The tests ask the elector.
          }
        });
  }
}
