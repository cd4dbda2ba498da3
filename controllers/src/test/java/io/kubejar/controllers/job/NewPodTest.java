package io.kubejar.controllers.job;

import static io.kubejar.controllers.job.Fixtures.annotated;
import static io.kubejar.controllers.job.Fixtures.failed;
import static io.kubejar.controllers.job.Fixtures.indexed;
import static io.kubejar.controllers.job.Fixtures.job;
import static io.kubejar.controllers.job.Fixtures.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.PodFailurePolicy;
import io.kubejar.api.core.v1.EnvVar;
import io.kubejar.api.core.v1.EnvVarSource;
import io.kubejar.api.core.v1.ObjectFieldSelector;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.controllers.ownership.ControllerRefs;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NewPodTest {
  @Test
  void isTheTemplateWithAnOwnerAndAFinalizer() {
    var job = job(1, 1);
    var pod = NewPod.of(job);

    assertThat(pod.spec()).isEqualTo(job.spec().template().spec());
    assertThat(pod.metadata().generateName()).isEqualTo("work-");
    assertThat(pod.metadata().labels()).isEqualTo(Fixtures.LABELS);
    assertThat(pod.metadata().finalizers()).containsExactly(JobPods.TRACKING);
    assertThat(pod.metadata().ownerReferences()).containsExactly(ControllerRefs.to(job));
  }

  @Test
  void knowsItsIndexInFourWays() {
    var pod = NewPod.of(indexed(9, spec -> spec), 7, Optional.empty());

    assertThat(pod.metadata().generateName()).isEqualTo("work-7-");
    assertThat(pod.spec().hostname()).isEqualTo("work-7");
    assertThat(pod.metadata().labels()).containsEntry(JobPods.INDEX, "7");
    assertThat(pod.metadata().annotations())
        .containsExactlyEntriesOf(java.util.Map.of(JobPods.INDEX, "7"));
    var variable = pod.spec().containers().getFirst().env().getFirst();
    assertThat(variable.name()).isEqualTo("JOB_COMPLETION_INDEX");
    assertThat(variable.valueFrom())
        .isEqualTo(
            EnvVarSource.EMPTY.withFieldRef(
                ObjectFieldSelector.EMPTY.withFieldPath(
                    "metadata.labels['batch.kubernetes.io/job-completion-index']")));
  }

  @Test
  void leavesAVariableOfThatNameAlone() {
    var own = EnvVar.EMPTY.withName("JOB_COMPLETION_INDEX").withValue("mine");
    var job = indexed(1, spec -> spec);
    var template = job.spec().template();
    var container = template.spec().containers().getFirst().withEnv(List.of(own));
    var changed =
        job.withSpec(
            job.spec()
                .withTemplate(
                    template.withSpec(template.spec().withContainers(List.of(container)))));

    assertThat(NewPod.of(changed, 0, Optional.empty()).spec().containers().getFirst().env())
        .containsExactly(own);
  }

  @Test
  void keepsTheIndexOfALongName() {
    var job = indexed(99, spec -> spec);
    var name = "a".repeat(60);
    var renamed = job.withMetadata(job.metadata().withName(name));

    assertThat(NewPod.of(renamed, 42, Optional.empty()).metadata().generateName())
        .isEqualTo("a".repeat(54) + "-42-");
  }

  @Test
  void takesTheCountOfFailuresOver() {
    var job = perIndex();
    assertThat(failures(NewPod.of(job, 0, Optional.empty()))).isEqualTo("0/null");
    assertThat(failures(NewPod.of(job, 0, Optional.of(failed(pod("a", 0)))))).isEqualTo("1/null");
    var third = annotated(failed(pod("a", 0)), JobPods.FAILURES, 2);
    assertThat(failures(NewPod.of(job, 0, Optional.of(third)))).isEqualTo("3/null");

    var rule = PoliciesTest.onCodes("Ignore", null, "In", 1);
    var ignoring =
        job.withSpec(job.spec().withPodFailurePolicy(new PodFailurePolicy(List.of(rule))));
    assertThat(failures(NewPod.of(ignoring, 0, Optional.of(third)))).isEqualTo("2/1");
  }

  private static Job perIndex() {
    return indexed(2, spec -> spec.withBackoffLimitPerIndex(5).withBackoffLimit(99));
  }

  private static String failures(Pod pod) {
    var annotations = pod.metadata().annotations();
    return annotations.get(JobPods.FAILURES) + "/" + annotations.get(JobPods.IGNORED_FAILURES);
  }
}
