package io.kubejar.apiserver.identity;

import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.Preconditions;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.verbs.StoredVerbs;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes the Leases of API servers that ended without a word, once an hour.
public final class ExpiredServers implements Steppable {
  private static final Logger log = LoggerFactory.getLogger(ExpiredServers.class);
  private static final Duration EVERY = Duration.ofHours(1);

  private final StoredVerbs<Lease> leases;
  private final Call call;
  private final Clock clock;
  private volatile boolean due = true;
  private volatile Runnable wakeUp = () -> {};

  /// @param call whose writes these are
  public ExpiredServers(StoredVerbs<Lease> leases, Call call, Clock clock) {
    this.leases = leases;
    this.call = call;
    this.clock = clock;
  }

  @Override
  public void onWork(Runnable listener) {
    wakeUp = listener;
  }

  @Override
  public boolean step() throws InterruptedException {
    if (!due) {
      return false;
    }
    due = false;
    var now = clock.instant();
    for (var stored : leases.registry().cache().list(Selection.<Lease>all()).objects()) {
      if (isServers(stored.object()) && hasExpired(stored.object(), now)) {
        remove(stored.object());
      }
    }
    clock.schedule(
        EVERY,
        () -> {
          due = true;
          wakeUp.run();
        });
    return true;
  }

  private static boolean isServers(Lease lease) {
    return lease.metadata().namespace().equals(IdentityLease.NAMESPACE)
        && ServerIdentity.COMPONENT.equals(lease.metadata().labels().get(IdentityLease.LABEL));
  }

  /// One that does not say until when it holds was not written by a server.
  static boolean hasExpired(Lease lease, Instant now) {
    var renewed = lease.spec().renewTime();
    var seconds = lease.spec().leaseDurationSeconds();
    return renewed == null || seconds == null || renewed.plusSeconds(seconds).isBefore(now);
  }

  /// Unless it was renewed since.
  private void remove(Lease lease) throws InterruptedException {
    var asSeen = new Preconditions(lease.metadata().uid(), lease.metadata().resourceVersion());
    try {
      leases.delete(call, ObjectKey.of(lease), DeleteOptions.EMPTY.withPreconditions(asSeen));
    } catch (ApiException refused) {
      if (!refused.isNotFound() && !refused.isConflict()) {
        log.warn(
            "Lease not removed. lease={} because={}",
            lease.metadata().name(),
            refused.getMessage());
      }
    }
  }
}
