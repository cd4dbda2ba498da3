package io.kubejar.scheduler;

import io.kubejar.api.core.v1.Binding;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.Preconditions;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.client.Client;
import io.kubejar.client.EventRecorder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the scheduler's calls to the API server, one after the other, while the scheduler goes on.
///
/// All calls about one pod go through the same caller, so they arrive in order.
final class ApiCaller implements Steppable {
  private static final Logger log = LoggerFactory.getLogger(ApiCaller.class);

  private final Client client;
  private final InstantSource clock;
  private final EventRecorder events;
  private final Answers answers;
  private final SchedulerWatcher watcher;
  private final Queue<ApiCall> calls = new ArrayDeque<>();
  private @Nullable Runnable wakeUp;

  /// Told how the calls go.
  interface Answers {
    void onBound(ApiCall.Bind call, @Nullable ApiException refused);

    /// Any call has ended, so that there is room for another one.
    void onDone();
  }

  ApiCaller(
      Client client,
      InstantSource clock,
      EventRecorder events,
      Answers answers,
      SchedulerWatcher watcher) {
    this.client = client;
    this.clock = clock;
    this.events = events;
    this.answers = answers;
    this.watcher = watcher;
  }

  void submit(ApiCall call) {
    Runnable wake;
    synchronized (calls) {
      calls.add(call);
      wake = wakeUp;
    }
    if (wake != null) {
      wake.run();
    }
  }

  int waiting() {
    synchronized (calls) {
      return calls.size();
    }
  }

  @Override
  public void onWork(Runnable wakeUp) {
    synchronized (calls) {
      this.wakeUp = wakeUp;
    }
  }

  @Override
  public boolean step() throws InterruptedException {
    ApiCall call;
    synchronized (calls) {
      call = calls.poll();
    }
    if (call == null) {
      return false;
    }
    switch (call) {
      case ApiCall.Bind bind -> bind(bind);
      case ApiCall.Report report -> report(report);
      case ApiCall.Evict evict -> evict(evict);
    }
    answers.onDone();
    return true;
  }

  private void bind(ApiCall.Bind call) throws InterruptedException {
    var pod = call.pod();
    var binding =
        Binding.builder()
            .metadata(
                ObjectMeta.builder()
                    .namespace(pod.metadata().namespace())
                    .name(pod.metadata().name())
                    .uid(pod.metadata().uid())
                    .build())
            .target(ObjectReference.builder().kind("Node").name(call.node()).build())
            .build();
    ApiException refusal = null;
    var began = clock.instant();
    try {
      client.createSubresource(Pod.RESOURCE, ObjectKey.of(pod), "binding", binding, Status.CODEC);
    } catch (ApiException refused) {
      refusal = refused;
    }
    var took = Duration.between(began, clock.instant());
    watcher.called("pod_binding", refusal == null, took);
    watcher.stage("Bind", refusal == null ? "Success" : "Error", took);
    answers.onBound(call, refusal);
  }

  private void report(ApiCall.Report call) throws InterruptedException {
    var patch = PodPatches.unscheduled(call, clock.instant());
    if (patch.isEmpty()) {
      return;
    }
    var began = clock.instant();
    boolean accepted = false;
    try {
      client.patch(Pod.RESOURCE, ObjectKey.of(call.pod()), patch.get());
      accepted = true;
    } catch (ApiException refused) {
      // The next attempt reports again; a pod that is gone needs no report.
      log.debug("Cannot report. pod={} why={}", ObjectKey.of(call.pod()), refused.getMessage());
    }
    watcher.called("pod_status_patch", accepted, Duration.between(began, clock.instant()));
  }

  private void evict(ApiCall.Evict call) throws InterruptedException {
    var victim = call.pod();
    var key = ObjectKey.of(victim);
    try {
      client.patch(
          Pod.RESOURCE, key, PodPatches.disrupted(victim, call.preemptor(), clock.instant()));
      client.delete(
          Pod.RESOURCE,
          key,
          DeleteOptions.builder()
              .preconditions(Preconditions.builder().uid(victim.metadata().uid()).build())
              .build());
      events.normal(
          victim,
          "Preempted",
          "Preempted by pod %s on node %s"
              .formatted(call.preemptor().metadata().uid(), call.node()));
    } catch (ApiException refused) {
      if (!refused.isNotFound()) {
        // The preemptor is tried again when something changes, or after the longest wait.
        log.warn("Cannot preempt. victim={} why={}", key, refused.getMessage());
      }
    }
  }
}
