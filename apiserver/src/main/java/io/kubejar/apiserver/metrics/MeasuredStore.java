package io.kubejar.apiserver.metrics;

import io.kubejar.apimachinery.GroupResource;
import io.kubejar.storage.CommitResult;
import io.kubejar.storage.Page;
import io.kubejar.storage.RangeRequest;
import io.kubejar.storage.ReadResult;
import io.kubejar.storage.Store;
import io.kubejar.storage.StoreException;
import io.kubejar.storage.Transaction;
import io.kubejar.storage.Watch;
import io.kubejar.storage.WatchListener;
import io.kubejar.storage.WatchRequest;
import io.kubejar.storage.Write;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;

/// A store whose requests are counted under the names that upstream's requests to etcd have,
/// whichever store it is: dashboards look for them.
public final class MeasuredStore implements Store {
  private static final String[] LABELS = {"operation", "group", "resource"};
  private static final double[] BOUNDS = {
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30,
    45, 60
  };

  private final Store store;
  private final InstantSource clock;
  private final Function<String, GroupResource> resources;
  private final Counter requests;
  private final Counter errors;
  private final Histogram durations;

  /// @param resources finds the resource whose object lies under a key
  public MeasuredStore(
      Store store,
      PrometheusRegistry registry,
      InstantSource clock,
      Function<String, GroupResource> resources) {
    this.store = store;
    this.clock = clock;
    this.resources = resources;
    requests = counter(registry, "etcd_requests_total", "Requests to the store");
    errors = counter(registry, "etcd_request_errors_total", "Requests to the store that failed");
    durations =
        Histogram.builder()
            .name("etcd_request_duration_seconds")
            .help("How long requests to the store took")
            .labelNames(LABELS)
            .classicOnly()
            .classicUpperBounds(BOUNDS)
            .register(registry);
  }

  private static Counter counter(PrometheusRegistry registry, String name, String help) {
    return Counter.builder().name(name).help(help).labelNames(LABELS).register(registry);
  }

  /// Something to ask the store.
  @FunctionalInterface
  private interface Question<R> {
    R ask() throws InterruptedException;
  }

  private <R> R measured(String operation, String key, Question<R> question)
      throws InterruptedException {
    var began = clock.instant();
    boolean failed = false;
    try {
      return question.ask();
    } catch (StoreException failure) {
      failed = true;
      throw failure;
    } finally {
      count(operation, resources.apply(key), began, failed);
    }
  }

  private void count(String operation, GroupResource resource, Instant began, boolean failed) {
    requests.labelValues(operation, resource.group(), resource.resource()).inc();
    if (failed) {
      errors.labelValues(operation, resource.group(), resource.resource()).inc();
    }
    var took = Duration.between(began, clock.instant());
    durations
        .labelValues(operation, resource.group(), resource.resource())
        .observe(took.toNanos() / 1e9);
  }

  @Override
  public ReadResult get(String key) throws InterruptedException {
    return measured("get", key, () -> store.get(key));
  }

  @Override
  public Page range(RangeRequest request) throws InterruptedException {
    return measured("list", request.start(), () -> store.range(request));
  }

  @Override
  public CommitResult commit(Transaction transaction) throws InterruptedException {
    var first = transaction.writes().isEmpty() ? null : transaction.writes().getFirst();
    if (first == null) {
      return store.commit(transaction);
    }
    return measured(operation(transaction, first), first.key(), () -> store.commit(transaction));
  }

  private static String operation(Transaction transaction, Write write) {
    if (write instanceof Write.Delete) {
      return "delete";
    }
    boolean isNew =
        transaction.compares().stream()
            .anyMatch(it -> it.key().equals(write.key()) && it.modRevision() == 0);
    return isNew ? "create" : "update";
  }

  @Override
  public Watch watch(WatchRequest request, WatchListener listener) {
    return store.watch(request, listener);
  }

  @Override
  public long revision() throws InterruptedException {
    return store.revision();
  }

  @Override
  public long compactedRevision() throws InterruptedException {
    return store.compactedRevision();
  }

  @Override
  public void compact(long revision) throws InterruptedException {
    store.compact(revision);
  }

  @Override
  public Optional<Instant> expireDue() throws InterruptedException {
    return store.expireDue();
  }

  @Override
  public void close() {
    store.close();
  }
}
