package io.kubejar.controllers.job;

import static io.kubejar.controllers.testing.Objects.named;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobSpec;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.ContainerState;
import io.kubejar.api.core.v1.ContainerStateTerminated;
import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.controllers.ownership.ControllerRefs;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Jobs and their pods.
final class Fixtures {
  static final Map<String, String> LABELS = Map.of("job", "work");
  static final Instant NOW = VirtualClock.START;

  private Fixtures() {}

  /// A Job as the API server completes it: one completion, one at a time.
  static Job job(UnaryOperator<JobSpec> wanted) {
    var pod =
        PodTemplateSpec.EMPTY
            .spec()
            .withRestartPolicy("Never")
            .withContainers(List.of(Container.EMPTY.withName("main")));
    var spec =
        JobSpec.EMPTY.toBuilder()
            .parallelism(1)
            .completions(1)
            .backoffLimit(6)
            .completionMode("NonIndexed")
            .suspend(false)
            .podReplacementPolicy("TerminatingOrFailed")
            .selector(LabelSelector.EMPTY.withMatchLabels(LABELS))
            .template(
                PodTemplateSpec.EMPTY
                    .withMetadata(ObjectMeta.EMPTY.withLabels(LABELS))
                    .withSpec(pod))
            .build();
    return Job.EMPTY
        .withMetadata(named("work").withUid("uid-work").withResourceVersion("1"))
        .withSpec(wanted.apply(spec));
  }

  static Job job(int completions, int parallelism) {
    return job(spec -> spec.withCompletions(completions).withParallelism(parallelism));
  }

  static Job indexed(int completions, UnaryOperator<JobSpec> wanted) {
    return job(
        spec ->
            wanted.apply(
                spec.withCompletionMode("Indexed")
                    .withCompletions(completions)
                    .withParallelism(completions)));
  }

  /// A pod that the Job has made and counts.
  static Pod pod(String name) {
    var metadata =
        named(name)
            .withUid("uid-" + name)
            .withLabels(LABELS)
            .withFinalizers(List.of(JobPods.TRACKING))
            .withOwnerReferences(List.of(ControllerRefs.to(job(1, 1))))
            .withCreationTimestamp(NOW);
    return Pod.EMPTY.withMetadata(metadata).withStatus(Pod.EMPTY.status().withPhase("Pending"));
  }

  static Pod pod(String name, int index) {
    return annotated(pod(name), JobPods.INDEX, index);
  }

  static Pod annotated(Pod pod, String name, int value) {
    var annotations = new HashMap<>(pod.metadata().annotations());
    annotations.put(name, Integer.toString(value));
    return pod.withMetadata(pod.metadata().withAnnotations(annotations));
  }

  static Pod in(String phase, Pod pod) {
    return pod.withStatus(pod.status().withPhase(phase));
  }

  static Pod succeeded(Pod pod) {
    return ended(pod, "Succeeded", 0, NOW);
  }

  static Pod failed(Pod pod) {
    return ended(pod, "Failed", 1, NOW);
  }

  static Pod ended(Pod pod, String phase, int exitCode, Instant at) {
    var terminated = ContainerStateTerminated.EMPTY.withExitCode(exitCode).withFinishedAt(at);
    var status =
        ContainerStatus.EMPTY
            .withName("main")
            .withState(ContainerState.EMPTY.withTerminated(terminated));
    return pod.withStatus(pod.status().withPhase(phase).withContainerStatuses(List.of(status)));
  }

  static Pod deleted(Pod pod) {
    return pod.withMetadata(pod.metadata().withDeletionTimestamp(NOW));
  }

  static JobWorld world(Job job, Pod... pods) {
    return new JobWorld(job, List.of(pods), Set.of(), Backoff.NONE, true, NOW);
  }

  static PodPlan plan(JobWorld world) {
    var accounts = Accounts.of(world);
    return PodPlan.of(world, accounts, JobVerdict.of(world, accounts));
  }
}
