package io.kubejar.apiserver.identity;

import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.coordination.v1.LeaseSpec;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.verbs.StoredVerbs;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the other API servers of the cluster that this one runs, and where: keeps a Lease in
/// `kube-system`, from its start to its end. Names, labels and times are upstream's.
public final class IdentityLease implements Steppable {
  static final String NAMESPACE = "kube-system";
  static final String LABEL = "apiserver.kubernetes.io/identity";

  private static final Logger log = LoggerFactory.getLogger(IdentityLease.class);
  private static final String HOSTNAME = "kubernetes.io/hostname";
  private static final String PEERS_COME_TO = "kubernetes.io/peer-advertise-address";
  private static final int VALID_SECONDS = 3600;
  private static final Duration RENEWED_EVERY = Duration.ofSeconds(10);

  /// So that servers that were started together do not renew together.
  private static final double JITTER = 0.04;

  private final StoredVerbs<Lease> leases;
  private final Call call;
  private final Clock clock;
  private final RandomGenerator random;
  private final ServerIdentity identity;
  private final String holder;
  private final ObjectKey key;
  private final ReentrantLock writing = new ReentrantLock();
  private boolean stopped;
  private volatile String address = "";
  private volatile boolean due = true;
  private volatile Runnable wakeUp = () -> {};

  /// @param call whose writes these are
  public IdentityLease(
      ServerIdentity identity,
      StoredVerbs<Lease> leases,
      Call call,
      Clock clock,
      RandomGenerator random) {
    this.identity = identity;
    this.leases = leases;
    this.call = call;
    this.clock = clock;
    this.random = random;
    holder = identity.id() + "_" + new UUID(random.nextLong(), random.nextLong());
    key = new ObjectKey(NAMESPACE, identity.id());
  }

  /// What a server of this name left behind is not this one's.
  public void start() throws InterruptedException {
    remove();
  }

  /// Where other API servers reach this one, as `address:port`.
  public void reachedAt(String place) {
    address = place;
    due = true;
    wakeUp.run();
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
    writing.lockInterruptibly();
    try {
      if (stopped) {
        return false;
      }
      renew();
    } catch (ApiException refused) {
      log.warn("Lease not renewed; it is tried again. because={}", refused.getMessage());
    } finally {
      writing.unlock();
    }
    var jitter = RENEWED_EVERY.toMillis() * JITTER * random.nextDouble();
    clock.schedule(
        RENEWED_EVERY.plusMillis((long) jitter),
        () -> {
          due = true;
          wakeUp.run();
        });
    return true;
  }

  private void renew() throws InterruptedException {
    try {
      leases.modify(call, key, "", this::renewed);
    } catch (ApiException refused) {
      if (!refused.isNotFound()) {
        throw refused;
      }
      var metadata = ObjectMeta.EMPTY.withName(key.name()).withNamespace(NAMESPACE);
      var spec = LeaseSpec.EMPTY.withHolderIdentity(holder);
      leases.create(call, NAMESPACE, renewed(Lease.EMPTY.withMetadata(metadata).withSpec(spec)));
    }
  }

  private Lease renewed(Lease lease) {
    var labels = new LinkedHashMap<>(lease.metadata().labels());
    labels.put(LABEL, ServerIdentity.COMPONENT);
    labels.put(HOSTNAME, identity.hostname());
    var annotations = new LinkedHashMap<>(lease.metadata().annotations());
    if (!address.isEmpty()) {
      annotations.put(PEERS_COME_TO, address);
    }
    return lease
        .withMetadata(lease.metadata().withLabels(labels).withAnnotations(annotations))
        .withSpec(
            lease.spec().withLeaseDurationSeconds(VALID_SECONDS).withRenewTime(clock.instant()));
  }

  /// The server takes no more requests: the Lease goes, and does not come again.
  public void stop() throws InterruptedException {
    writing.lockInterruptibly();
    try {
      stopped = true;
      remove();
    } finally {
      writing.unlock();
    }
  }

  private void remove() throws InterruptedException {
    try {
      leases.delete(call, key, DeleteOptions.EMPTY);
    } catch (ApiException refused) {
      if (!refused.isNotFound()) {
        log.warn("Lease not removed. because={}", refused.getMessage());
      }
    }
  }
}
