package io.kubejar.controllers.job;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.EnvVar;
import io.kubejar.api.core.v1.EnvVarSource;
import io.kubejar.api.core.v1.ObjectFieldSelector;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.controllers.pods.PodsOfTemplates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The pods that a Job makes. Pure.
final class NewPod {
  private static final String INDEX_VARIABLE = "JOB_COMPLETION_INDEX";

  /// What the server leaves of a `generateName`.
  private static final int LONGEST_PREFIX = 58;

  private NewPod() {}

  static Pod of(Job job) {
    var pod = PodsOfTemplates.of(job, job.spec().template());
    var finalizers = new ArrayList<>(pod.metadata().finalizers());
    if (!finalizers.contains(JobPods.TRACKING)) {
      finalizers.add(JobPods.TRACKING);
    }
    return pod.withMetadata(pod.metadata().withFinalizers(finalizers));
  }

  /// @param replaced the pod of this index whose failure it follows; its count goes on
  static Pod of(Job job, int index, Optional<Pod> replaced) {
    var pod = of(job);
    var number = Integer.toString(index);
    var labels = new LinkedHashMap<>(pod.metadata().labels());
    labels.put(JobPods.INDEX, number);
    var annotations = new LinkedHashMap<>(pod.metadata().annotations());
    annotations.put(JobPods.INDEX, number);
    if (JobStates.countsPerIndex(job)) {
      annotations.putAll(failures(job, replaced));
    }
    var name = job.metadata().name();
    return pod.withMetadata(
            pod.metadata()
                .withGenerateName(prefix(name, index))
                .withLabels(labels)
                .withAnnotations(annotations))
        .withSpec(withIndexVariable(pod.spec()).withHostname(name + "-" + index));
  }

  /// The index stays whole, whatever the length of the name.
  private static String prefix(String name, int index) {
    var suffix = "-" + index + "-";
    return name.substring(0, Math.min(name.length(), LONGEST_PREFIX - suffix.length())) + suffix;
  }

  private static Map<String, String> failures(Job job, Optional<Pod> replaced) {
    int failures = 0;
    int ignored = 0;
    if (replaced.isPresent()) {
      var last = replaced.get();
      boolean counts = FailureMatch.of(job, last).counts();
      failures = JobPods.failuresBefore(last) + (counts ? 1 : 0);
      ignored = JobPods.ignoredFailuresBefore(last) + (counts ? 0 : 1);
    }
    var annotations = new LinkedHashMap<String, String>();
    annotations.put(JobPods.FAILURES, Integer.toString(failures));
    if (ignored > 0) {
      annotations.put(JobPods.IGNORED_FAILURES, Integer.toString(ignored));
    }
    return annotations;
  }

  private static PodSpec withIndexVariable(PodSpec spec) {
    return spec.withContainers(withIndexVariable(spec.containers()))
        .withInitContainers(withIndexVariable(spec.initContainers()));
  }

  private static List<Container> withIndexVariable(List<Container> containers) {
    return containers.stream().map(NewPod::withIndexVariable).toList();
  }

  /// Somebody's own variable of this name stays.
  private static Container withIndexVariable(Container container) {
    if (container.env().stream().anyMatch(known -> known.name().equals(INDEX_VARIABLE))) {
      return container;
    }
    var label = ObjectFieldSelector.EMPTY.withFieldPath("metadata.labels['" + JobPods.INDEX + "']");
    var env = new ArrayList<>(container.env());
    env.add(
        EnvVar.EMPTY
            .withName(INDEX_VARIABLE)
            .withValueFrom(EnvVarSource.EMPTY.withFieldRef(label)));
    return container.withEnv(env);
  }
}
