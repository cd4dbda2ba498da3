package io.kubejar.controllers.job;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.client.Client;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Patch;
import io.kubejar.client.Together;
import io.kubejar.controllers.pods.PodDeletions;
import io.kubejar.controllers.pods.PodStates;
import io.kubejar.controllers.pods.SlowStart;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/// Makes, deletes and releases the pods of Jobs, as a [PodPlan] or a [Tally] asks.
record PodWrites(Client client, EventRecorder events, Together together, JobMemory memory) {

  /// What came of it.
  ///
  /// @param done the pods that were deleted, released or found gone
  /// @param refused why another one was not
  record Result(List<Pod> done, Optional<ApiException> refused) {
    Result {
      done = List.copyOf(done);
    }

    int ready() {
      return (int) done.stream().filter(PodStates::isReady).count();
    }
  }

  /// One write about one pod.
  private interface Write {
    void about(Pod pod) throws InterruptedException;
  }

  SlowStart create(Job job, Accounts accounts, PodPlan.Create plan) throws InterruptedException {
    var key = ObjectKey.of(job);
    var next = new AtomicInteger();
    memory.expectations().expectCreations(key, plan.count());
    var outcome =
        SlowStart.of(
            plan.count(),
            together,
            () -> createOne(job, accounts, plan.indexes(), next.getAndIncrement()));
    memory.expectations().creationsSeen(key, plan.count() - outcome.made());
    return outcome;
  }

  private Optional<ApiException> createOne(
      Job job, Accounts accounts, List<Integer> indexes, int number) throws InterruptedException {
    try {
      var pod = client.create(Pod.RESOURCE, newPod(job, accounts, indexes, number));
      events.normal(job, "SuccessfulCreate", "Created pod: " + pod.metadata().name());
      return Optional.empty();
    } catch (ApiException refused) {
      memory.uncertain().noteIfUnclear(ObjectKey.of(job), refused);
      if (!refused.isNamespaceTerminating()) {
        events.warning(job, "FailedCreate", "Error creating: " + refused.getMessage());
      }
      return Optional.of(refused);
    }
  }

  private static Pod newPod(Job job, Accounts accounts, List<Integer> indexes, int number) {
    if (indexes.isEmpty()) {
      return NewPod.of(job);
    }
    int index = indexes.get(number);
    return NewPod.of(job, index, Optional.ofNullable(accounts.replaced().get(index)));
  }

  /// Deletes pods of a Job that ends. They keep their finalizers until they are counted.
  Result end(Job job, List<Pod> pods) throws InterruptedException {
    return forEach(pods, pod -> delete(job, pod));
  }

  /// Deletes pods that do not count: they lose their finalizers first.
  Result remove(Job job, List<Pod> pods) throws InterruptedException {
    var key = ObjectKey.of(job);
    memory.expectations().expectDeletions(key, uids(pods));
    return forEach(
        pods,
        pod -> {
          try {
            untrack(client, pod);
            delete(job, pod);
          } catch (ApiException refused) {
            memory.expectations().deletionSeen(key, pod.metadata().uid());
            throw refused;
          }
        });
  }

  private void delete(Job job, Pod pod) throws InterruptedException {
    try {
      PodDeletions.delete(client, pod);
    } catch (ApiException refused) {
      if (!refused.isNotFound()) {
        events.warning(job, "FailedDelete", "Error deleting: " + refused.getMessage());
      }
      throw refused;
    }
    events.normal(job, "SuccessfulDelete", "Deleted pod: " + pod.metadata().name());
  }

  /// Takes the finalizers from pods that the status lists.
  Result release(Job job, List<Pod> pods) throws InterruptedException {
    var key = ObjectKey.of(job);
    memory.releasing(key, uids(pods));
    return forEach(
        pods,
        pod -> {
          try {
            untrack(client, pod);
          } catch (ApiException refused) {
            memory.releaseSeen(key, pod.metadata().uid());
            throw refused;
          }
        });
  }

  /// Takes the finalizer from this very pod, whatever has its name.
  static void untrack(Client client, Pod pod) throws InterruptedException {
    if (!JobPods.isTracked(pod)) {
      return;
    }
    var metadata =
        JsonObject.of("uid", new JsonString(pod.metadata().uid()))
            .with(
                "$deleteFromPrimitiveList/finalizers",
                JsonArray.of(new JsonString(JobPods.TRACKING)));
    var patch = Patch.strategic(JsonPrinter.print(JsonObject.of("metadata", metadata)));
    client.patch(Pod.RESOURCE, ObjectKey.of(pod), patch);
  }

  /// Only a pod that is not found is gone. After a conflict it may still be there with its
  /// finalizer, and counting it then would count it twice.
  private Result forEach(List<Pod> pods, Write write) throws InterruptedException {
    var done = Collections.synchronizedList(new ArrayList<Pod>());
    var refusals = Collections.synchronizedList(new ArrayList<ApiException>());
    for (int from = 0; from < pods.size(); from += PodPlan.BURST) {
      var batch = pods.subList(from, Math.min(pods.size(), from + PodPlan.BURST));
      together.run(
          batch.stream()
              .<Together.Task>map(
                  pod ->
                      () -> {
                        try {
                          write.about(pod);
                          done.add(pod);
                        } catch (ApiException refused) {
                          if (refused.isNotFound()) {
                            done.add(pod);
                          } else {
                            refusals.add(refused);
                          }
                        }
                      })
              .toList());
    }
    return new Result(List.copyOf(done), refusals.stream().findFirst());
  }

  private static Set<String> uids(List<Pod> pods) {
    return pods.stream().map(pod -> pod.metadata().uid()).collect(Collectors.toSet());
  }
}
