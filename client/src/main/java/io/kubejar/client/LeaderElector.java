package io.kubejar.client;

import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.coordination.v1.LeaseSpec;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One of several candidates for a Lease, of whom at most one leads.
///
/// A lease is taken over when its holder has not renewed it for its whole duration *as seen from
/// here*: clocks of other machines are not trusted. The leader that cannot renew in time steps down
/// before others may step in.
public final class LeaderElector implements Steppable {
  private static final Logger log = LoggerFactory.getLogger(LeaderElector.class);

  private final Client client;
  private final Clock clock;
  private final RandomGenerator random;
  private final Settings settings;
  private final Listener listener;
  private final List<Runnable> wakeUps = new CopyOnWriteArrayList<>();

  // Only the stepping thread touches these.
  private @Nullable Lease observed;
  private Instant observedAt = Instant.MIN;
  private Instant renewed = Instant.MIN;
  private volatile boolean leading;
  private volatile boolean due = true;

  public LeaderElector(
      Client client, Clock clock, RandomGenerator random, Settings settings, Listener listener) {
    this.client = client;
    this.clock = clock;
    this.random = random;
    this.settings = settings;
    this.listener = listener;
  }

  /// Whether this candidate leads.
  public boolean leads() {
    return leading;
  }

  @Override
  public void onWork(Runnable wakeUp) {
    wakeUps.add(wakeUp);
  }

  @Override
  public boolean step() throws InterruptedException {
    if (!due) {
      return false;
    }
    due = false;
    boolean holds = acquireOrRenew();
    var now = clock.instant();
    if (holds) {
      renewed = now;
      if (!leading) {
        leading = true;
        log.info("Leads. lease={} identity={}", settings.lease(), settings.identity());
        listener.onStartedLeading();
      }
    } else if (leading && !now.isBefore(renewed.plus(settings.renewDeadline()))) {
      stopLeading();
    }
    clock.schedule(leading ? settings.retryPeriod() : jittered(), this::wake);
    return true;
  }

  /// Gives the lease back, so that another need not wait for it to run out.
  public void release() throws InterruptedException {
    if (!leading) {
      return;
    }
    stopLeading();
    var held = Objects.requireNonNull(observed);
    var spec =
        Objects.requireNonNull(held.spec()).toBuilder()
            .holderIdentity("")
            .leaseDurationSeconds(1)
            .renewTime(clock.instant())
            .acquireTime(clock.instant())
            .build();
    client.update(Lease.RESOURCE, held.withSpec(spec));
  }

  private void stopLeading() {
    leading = false;
    log.warn("Leads no more. lease={} identity={}", settings.lease(), settings.identity());
    listener.onStoppedLeading();
  }

  private boolean acquireOrRenew() throws InterruptedException {
    try {
      var found = client.find(Lease.RESOURCE, settings.lease());
      if (found.isEmpty()) {
        observe(client.create(Lease.RESOURCE, fresh()));
        return true;
      }
      var lease = found.get();
      if (observed == null || !Objects.equals(observed.spec(), lease.spec())) {
        observe(lease);
      }
      var spec = Objects.requireNonNullElse(lease.spec(), LeaseSpec.EMPTY);
      var holder = Objects.requireNonNullElse(spec.holderIdentity(), "");
      boolean ours = holder.equals(settings.identity());
      if (!ours && !holder.isEmpty() && !hasRunOut(spec)) {
        return false;
      }
      observe(client.update(Lease.RESOURCE, lease.withSpec(taken(spec, ours))));
      return true;
    } catch (ApiException refused) {
      log.info("Lease not taken. lease={} why={}", settings.lease(), refused.getMessage());
      return false;
    }
  }

  private boolean hasRunOut(LeaseSpec spec) {
    long seconds = Objects.requireNonNullElse(spec.leaseDurationSeconds(), 0);
    return observedAt.plusSeconds(seconds).isBefore(clock.instant());
  }

  private void observe(Lease lease) {
    observed = lease;
    observedAt = clock.instant();
  }

  private Lease fresh() {
    return Lease.builder()
        .metadata(
            ObjectMeta.EMPTY
                .withNamespace(settings.lease().namespace())
                .withName(settings.lease().name()))
        .spec(taken(LeaseSpec.EMPTY.withLeaseTransitions(-1), false))
        .build();
  }

  private LeaseSpec taken(LeaseSpec before, boolean ours) {
    int transitions = Objects.requireNonNullElse(before.leaseTransitions(), 0);
    return before.toBuilder()
        .holderIdentity(settings.identity())
        .leaseDurationSeconds((int) settings.leaseDuration().toSeconds())
        .acquireTime(ours ? before.acquireTime() : clock.instant())
        .renewTime(clock.instant())
        .leaseTransitions(ours ? transitions : transitions + 1)
        .build();
  }

  private Duration jittered() {
    long extra = (long) (settings.retryPeriod().toNanos() * 1.2 * random.nextDouble());
    return settings.retryPeriod().plusNanos(extra);
  }

  private void wake() {
    due = true;
    wakeUps.forEach(Runnable::run);
  }

  /// Told on the elector's thread; must be quick.
  public interface Listener {
    void onStartedLeading();

    void onStoppedLeading();
  }

  /// Which lease, who we are, and how patient. The renew deadline must be shorter than the lease.
  public record Settings(
      ObjectKey lease,
      String identity,
      Duration leaseDuration,
      Duration renewDeadline,
      Duration retryPeriod) {

    public Settings {
      if (leaseDuration.compareTo(renewDeadline) <= 0
          || renewDeadline.compareTo(retryPeriod) <= 0) {
        throw new IllegalArgumentException(
            "needs leaseDuration > renewDeadline > retryPeriod: "
                + leaseDuration
                + ", "
                + renewDeadline
                + ", "
                + retryPeriod);
      }
    }

    /// With upstream's times: 15, 10 and 2 seconds.
    public static Settings of(ObjectKey lease, String identity) {
      return new Settings(
          lease, identity, Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));
    }
  }
}
