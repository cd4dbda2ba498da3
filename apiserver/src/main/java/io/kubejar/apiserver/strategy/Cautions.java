package io.kubejar.apiserver.strategy;

import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobSpec;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodTemplate;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.api.core.v1.ReplicationController;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.format.Formats;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the writer of an object should hear although it is accepted: what is deprecated, what does
/// nothing, what is probably a mistake.
final class Cautions {
  private static final String TEMPLATE = "spec.template";
  private static final int MANY_COMPLETIONS = 100_000;
  private static final int MANY_AT_ONCE = 10_000;

  private Cautions() {}

  /// @param old the state before; null for a new object. What it had already is not said again.
  static List<String> of(KubernetesObject object, @Nullable KubernetesObject old) {
    var warnings = new ArrayList<String>();
    switch (object) {
      case Pod it -> {
        if (old == null) { // Nobody writes to pods by hand, and machines do so often.
          podName(warnings, it.metadata().name());
          PodCautions.add(warnings, "", it.spec(), it.metadata());
        }
      }
      case PodTemplate it -> {
        if (old == null) {
          template(warnings, "template", it.template());
        }
      }
      case Deployment it -> workload(warnings, it, old, it.spec().template());
      case ReplicaSet it -> workload(warnings, it, old, it.spec().template());
      case DaemonSet it -> {
        if (!(old instanceof DaemonSet was)
            || !it.spec().template().equals(was.spec().template())) {
          template(warnings, TEMPLATE, it.spec().template());
        }
      }
      case StatefulSet it -> statefulSet(warnings, it, old);
      case ReplicationController it -> controller(warnings, it, old);
      case Job it -> {
        name(warnings, it, old);
        if (changed(it, old)) {
          job(warnings, "spec", it.spec());
        }
      }
      case CronJob it -> cronJob(warnings, it, old);
      case Secret it -> SecretCautions.add(warnings, it);
      default -> RareCautions.add(warnings, object, old);
    }
    return warnings;
  }

  private static void workload(
      List<String> warnings,
      KubernetesObject object,
      @Nullable KubernetesObject old,
      PodTemplateSpec template) {
    name(warnings, object, old);
    if (changed(object, old)) {
      template(warnings, TEMPLATE, template);
    }
  }

  /// Whether what is wanted is new; its generation tells.
  private static boolean changed(KubernetesObject object, @Nullable KubernetesObject old) {
    return old == null || object.metadata().generation() != old.metadata().generation();
  }

  private static void podName(List<String> warnings, String name) {
    var messages = Formats.dns1123Label(name);
    if (!messages.isEmpty()) {
      warnings.add(
          "metadata.name: this is used in the Pod's hostname, which can result in surprising"
              + " behavior; a DNS label is recommended: "
              + shown(messages));
    }
  }

  private static void name(
      List<String> warnings, KubernetesObject object, @Nullable KubernetesObject old) {
    var messages = Formats.dns1123Label(object.metadata().name());
    if (old == null && !messages.isEmpty()) {
      warnings.add(
          "metadata.name: this is used in Pod names and hostnames, which can result in surprising"
              + " behavior; a DNS label is recommended: "
              + shown(messages));
    }
  }

  /// As Go prints a list.
  private static String shown(List<String> messages) {
    return "[" + String.join(" ", messages) + "]";
  }

  private static void template(List<String> warnings, String path, PodTemplateSpec template) {
    PodCautions.add(warnings, path + ".", template.spec(), template.metadata());
  }

  private static void statefulSet(
      List<String> warnings, StatefulSet set, @Nullable KubernetesObject old) {
    if (changed(set, old)) {
      template(warnings, TEMPLATE, set.spec().template());
    }
    var claims = set.spec().volumeClaimTemplates();
    for (int i = 0; old == null && i < claims.size(); i++) {
      VolumeCautions.claim(warnings, "spec.volumeClaimTemplates[" + i + "]", claims.get(i).spec());
    }
    var kept = set.spec().revisionHistoryLimit();
    if (kept != null && kept < 0) {
      warnings.add(
          "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value"
              + " >= 0 is recommended");
    }
  }

  /// Of a change, upstream looks at what was there before.
  private static void controller(
      List<String> warnings, ReplicationController controller, @Nullable KubernetesObject old) {
    name(warnings, controller, old);
    var told = old instanceof ReplicationController was ? was : controller;
    var template = told.spec().template();
    if (changed(controller, old) && template != null) {
      template(warnings, TEMPLATE, template);
    }
  }

  private static void job(List<String> warnings, String path, JobSpec spec) {
    int completions = Objects.requireNonNullElse(spec.completions(), 0);
    int parallelism = Objects.requireNonNullElse(spec.parallelism(), 0);
    if ("Indexed".equals(spec.completionMode())
        && completions > MANY_COMPLETIONS
        && parallelism > MANY_AT_ONCE) {
      warnings.add(
          path
              + ": In Indexed Jobs with a number of completions higher than 10^5 and a parallelism"
              + " higher than 10^4, Kubernetes might not be able to track completedIndexes when a"
              + " big number of indexes fail");
    }
    template(warnings, path + ".template", spec.template());
  }

  private static void cronJob(List<String> warnings, CronJob job, @Nullable KubernetesObject old) {
    name(warnings, job, old);
    if (changed(job, old)) {
      job(warnings, "spec.jobTemplate.spec", job.spec().jobTemplate().spec());
    }
    if (old != null && job.spec().schedule().contains("TZ")) {
      warnings.add(
          "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see"
              + " https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more"
              + " details");
    }
  }
}
