package io.kubejar.controllers.job;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Client;
import io.kubejar.client.Informer;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import io.kubejar.controllers.ownership.ControllerRefs;
import java.util.Optional;

/// Takes the finalizer from a pod that no Job counts any more: its Job has ended or is gone, or it
/// was let go by it. Otherwise the pod could never be deleted. The key is the pod's.
record TrackedPods(Client client, Informer<Job> jobs, Informer<Pod> pods) implements Reconciler {

  @Override
  public Outcome reconcile(ObjectKey key) throws InterruptedException {
    var pod = pods.find(key).filter(JobPods::isTracked);
    if (pod.isEmpty() || isCounted(pod.get())) {
      return Outcome.done();
    }
    try {
      PodWrites.untrack(client, pod.get());
    } catch (ApiException refused) {
      if (!refused.isNotFound()) {
        throw refused;
      }
    }
    return Outcome.done();
  }

  /// Whether somebody else takes care of the finalizer.
  private boolean isCounted(Pod pod) {
    var owner = ControllerRefs.of(pod);
    if (owner.isEmpty()) {
      return false;
    }
    var reference = owner.get();
    if (!reference.kind().equals("Job") || !reference.apiVersion().equals("batch/v1")) {
      return true;
    }
    return jobOf(jobs, pod)
        .filter(job -> JobStates.otherManager(job).isPresent() || !JobStates.isFinished(job))
        .isPresent();
  }

  /// The Job that controls the pod, as far as the cache has it.
  static Optional<Job> jobOf(Informer<Job> jobs, Pod pod) {
    return ControllerRefs.of(pod)
        .filter(reference -> reference.kind().equals("Job"))
        .flatMap(
            reference ->
                jobs.find(new ObjectKey(pod.metadata().namespace(), reference.name()))
                    .filter(job -> job.metadata().uid().equals(reference.uid())));
  }
}
