package io.kubejar.controllers.ttlafterfinished;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.Preconditions;
import io.kubejar.client.Client;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Informer;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/// Looks at a Job when it changes, and when its time has come.
public final class TtlAfterFinishedController implements Component {
  private static final int WORKERS = 5;

  private final Consumer<Duration> late;

  /// @param late hears of every Job how long after its time it was deleted, for metrics
  public TtlAfterFinishedController(Consumer<Duration> late) {
    this.late = late;
  }

  @Override
  public String name() {
    return "ttl-after-finished-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var jobs = runtime.informers().informer(Job.RESOURCE);
    var reconciler = new Expire(runtime.client(), jobs, late, runtime.clock());
    runtime.controller(name(), WORKERS, reconciler).watches(jobs);
  }

  private record Expire(
      Client client, Informer<Job> jobs, Consumer<Duration> late, InstantSource clock)
      implements Reconciler {

    @Override
    public Outcome reconcile(ObjectKey key) throws InterruptedException {
      var cached = jobs.find(key).flatMap(Expiry::of);
      if (cached.isEmpty() || clock.instant().isBefore(cached.get())) {
        return wait(cached);
      }
      // Asked of the server: the time may have been made longer, and this cannot be undone.
      var fresh = client.find(Job.RESOURCE, key);
      var due = fresh.flatMap(Expiry::of);
      if (due.isEmpty() || clock.instant().isBefore(due.get())) {
        return wait(due);
      }
      delete(key, fresh.orElseThrow());
      late.accept(Duration.between(due.get(), clock.instant()));
      return Outcome.done();
    }

    private Outcome wait(Optional<Instant> due) {
      return due.map(it -> Duration.between(clock.instant(), it))
          .map(left -> Outcome.checkAgain(left, "its time has not come"))
          .orElse(Outcome.done());
    }

    private void delete(ObjectKey key, Job job) throws InterruptedException {
      var options =
          DeleteOptions.EMPTY
              .withPropagationPolicy("Foreground")
              .withPreconditions(Preconditions.EMPTY.withUid(job.metadata().uid()));
      try {
        client.delete(Job.RESOURCE, key, options);
      } catch (ApiException refused) {
        if (!refused.isNotFound()) {
          throw refused;
        }
      }
    }
  }
}
