package io.kubejar.client;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes keys from a [WorkQueue] to a [Reconciler], and brings back those that failed.
///
/// One step is one reconcile. Stepping the controller itself is being its only worker; [#workers]
/// gives as many as were asked for, and the queue keeps them off each other's keys.
public final class Controller implements Steppable {
  private static final Logger log = LoggerFactory.getLogger(Controller.class);

  private final String name;
  private final int workers;
  private final Reconciler reconciler;
  private final WorkQueue<ObjectKey> queue;
  private final List<Informer<?>> required = new CopyOnWriteArrayList<>();
  private final List<Runnable> wakeUps = new CopyOnWriteArrayList<>();

  public Controller(String name, int workers, Reconciler reconciler, Clock clock) {
    this(name, workers, reconciler, new WorkQueue<>(clock));
  }

  public Controller(String name, int workers, Reconciler reconciler, WorkQueue<ObjectKey> queue) {
    if (workers < 1) {
      throw new IllegalArgumentException("a controller needs a worker: " + name);
    }
    this.name = name;
    this.workers = workers;
    this.reconciler = reconciler;
    this.queue = queue;
  }

  public String name() {
    return name;
  }

  /// The keys it works on.
  public WorkQueue<ObjectKey> queue() {
    return queue;
  }

  public void enqueue(ObjectKey key) {
    queue.add(key);
  }

  public void enqueueAfter(ObjectKey key, Duration delay) {
    queue.addAfter(key, delay);
  }

  /// Nothing is reconciled before these have their first list: half a world would lead to wrong
  /// decisions.
  public Controller requires(Informer<?>... informers) {
    required.addAll(List.of(informers));
    for (var informer : informers) {
      informer.onSynced(() -> wakeUps.forEach(Runnable::run));
    }
    return this;
  }

  /// Enqueues the key of whatever changes in this informer, and requires it.
  public Controller watches(Informer<?> informer) {
    requires(informer);
    watchKeys(informer);
    return this;
  }

  private <T extends io.kubejar.apimachinery.KubernetesObject> void watchKeys(
      Informer<T> informer) {
    informer.addHandler(InformerHandler.keys(this::enqueue));
  }

  /// The parts to run: each takes one key at a time.
  public List<Steppable> workers() {
    var all = new ArrayList<Steppable>();
    all.add(this);
    for (int i = 1; i < workers; i++) {
      all.add(new Worker());
    }
    return all;
  }

  @Override
  public boolean step() throws InterruptedException {
    if (!required.stream().allMatch(Informer::synced)) {
      return false;
    }
    var key = queue.poll();
    if (key == null) {
      return false;
    }
    try {
      reconcile(key);
    } finally {
      queue.done(key);
    }
    return true;
  }

  @Override
  public void onWork(Runnable wakeUp) {
    wakeUps.add(wakeUp);
    queue.onWork(wakeUp);
  }

  /// Drops what is queued and takes nothing more.
  public void close() {
    queue.close();
  }

  private void reconcile(ObjectKey key) throws InterruptedException {
    try {
      switch (reconciler.reconcile(key)) {
        case Outcome.Done() -> queue.forget(key);
        case Outcome.CheckAgain(var after, var why) -> {
          queue.forget(key);
          log.debug(
              "Looks again later. controller={} key={} after={} why={}", name, key, after, why);
          queue.addAfter(key, after);
        }
      }
    } catch (ApiException refused) {
      retry(key, refused);
    } catch (RuntimeException broken) {
      log.error("Reconcile failed. controller={} key={}", name, key, broken);
      queue.addRateLimited(key);
    }
  }

  private void retry(ObjectKey key, ApiException refused) {
    if (refused.isConflict() || refused.isAlreadyExists() || refused.isNotFound()) {
      // The cache was behind: the usual case, and cured by looking again.
      log.debug(
          "Reconcile was overtaken. controller={} key={} why={}", name, key, refused.getMessage());
    } else {
      log.warn(
          "Reconcile was refused. controller={} key={} failures={} why={}",
          name,
          key,
          queue.failures(key),
          refused.getMessage());
    }
    queue.addRateLimited(key);
  }

  /// One more taker from the same queue.
  private final class Worker implements Steppable {
    @Override
    public boolean step() throws InterruptedException {
      return Controller.this.step();
    }

    @Override
    public void onWork(Runnable wakeUp) {
      Controller.this.onWork(wakeUp);
    }
  }
}
