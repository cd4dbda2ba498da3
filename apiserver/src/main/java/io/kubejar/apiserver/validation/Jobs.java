package io.kubejar.apiserver.validation;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobCondition;
import io.kubejar.api.batch.v1.JobSpec;
import io.kubejar.api.core.v1.Affinity;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.apimachinery.format.Formats;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Jobs, and which of their fields may change.
final class Jobs {
  private static final int MOST_INDEXES = 100_000;
  private static final int MOST_OF_MANY_INDEXES = 10_000;
  private static final int LONGEST_MANAGER = 63;
  private static final String INDEXED = "Indexed";
  private static final String UNINDEXED = "requires indexed completion mode";
  private static final String UID_LABEL = "batch.kubernetes.io/controller-uid";
  private static final String NAME_LABEL = "batch.kubernetes.io/job-name";
  private static final String OLD_UID_LABEL = "controller-uid";
  private static final String OLD_NAME_LABEL = "job-name";

  private Jobs() {}

  static void job(Check root, Job job) {
    job(root, job, true);
  }

  /// @param prefixed whether its pods must have the labels with a prefix, too
  private static void job(Check root, Job job, boolean prefixed) {
    generatedSelector(root, job, prefixed);
    withSelector(root.at("spec"), job.spec());
    var spec = job.spec();
    var completions = spec.completions();
    if (isIndexed(spec) && completions != null && completions > 0) {
      var last = job.metadata().name() + "-" + (completions - 1);
      if (!Formats.dns1123Label(last).isEmpty()) {
        root.at("metadata")
            .at("name")
            .invalid(
                job.metadata().name(),
                "will not able to create pod with invalid DNS label: " + last);
      }
    }
  }

  static boolean isIndexed(JobSpec spec) {
    return INDEXED.equals(spec.completionMode());
  }

  /// A selector that nobody wanted to choose himself must be the one that was made up.
  private static void generatedSelector(Check root, Job job, boolean prefixed) {
    var spec = job.spec();
    if (Boolean.TRUE.equals(spec.manualSelector()) || spec.selector() == null) {
      return;
    }
    var uid = job.metadata().uid();
    root.at("metadata").at("uid").nonEmpty(uid);
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put(OLD_UID_LABEL, uid);
    expected.put(OLD_NAME_LABEL, job.metadata().name());
    if (prefixed) {
      expected.put(UID_LABEL, uid);
      expected.put(NAME_LABEL, job.metadata().name());
    }
    var labels = spec.template().metadata().labels();
    var at = root.at("spec").at("template").at("metadata").at("labels");
    expected.forEach(
        (key, value) -> {
          var detail = "must be '" + value + "'";
          if (!labels.containsKey(key)) {
            at.key(key).required(detail);
          } else if (!value.equals(labels.get(key))) {
            at.key(key).invalid(labels, detail);
          }
        });
    boolean own =
        Workloads.parsed(spec.selector()).map(selector -> selector.matches(expected)).orElse(true);
    if (!own) {
      root.at("spec").at("selector").invalid(spec.selector(), "`selector` not auto-generated");
    }
  }

  private static void withSelector(Check at, JobSpec spec) {
    spec(at, spec);
    if (spec.selector() == null) {
      at.at("selector").required("");
    } else {
      MetadataValidation.selector(at.at("selector"), spec.selector());
    }
    var labels = spec.template().metadata().labels();
    // Without a selector nothing is selected.
    boolean matches =
        spec.selector() != null
            && Workloads.parsed(spec.selector()).map(it -> it.matches(labels)).orElse(true);
    if (!matches) {
      at.at("template")
          .at("metadata")
          .at("labels")
          .invalid(labels, "`selector` does not match template `labels`");
    }
  }

  static void spec(Check at, JobSpec spec) {
    at.at("parallelism").nonNegative(spec.parallelism());
    at.at("completions").nonNegative(spec.completions());
    at.at("activeDeadlineSeconds").nonNegative(spec.activeDeadlineSeconds());
    at.at("backoffLimit").nonNegative(spec.backoffLimit());
    at.at("ttlSecondsAfterFinished").nonNegative(spec.ttlSecondsAfterFinished());
    at.at("backoffLimitPerIndex").nonNegative(spec.backoffLimitPerIndex());
    at.at("maxFailedIndexes").nonNegative(spec.maxFailedIndexes());
    if (spec.maxFailedIndexes() != null && spec.backoffLimitPerIndex() == null) {
      at.at("backoffLimitPerIndex").required("when maxFailedIndexes is specified");
    }
    managedBy(at.at("managedBy"), spec.managedBy());
    completionMode(at, spec);
    JobPolicies.all(at, spec);
    PodSpecs.template(at.at("template"), spec.template());
    restartPolicy(at.at("template").at("spec").at("restartPolicy"), spec);
  }

  private static void managedBy(Check at, @Nullable String manager) {
    if (manager == null) {
      return;
    }
    NetworkKinds.domainPrefixed(at, manager);
    if (manager.length() > LONGEST_MANAGER) {
      at.tooLong(LONGEST_MANAGER);
    }
  }

  private static void restartPolicy(Check at, JobSpec spec) {
    var policy = spec.template().spec().restartPolicy();
    switch (policy) {
      case "", "Always" -> at.required("valid values: \"OnFailure\", \"Never\"");
      case "Never" -> {}
      case "OnFailure" -> {
        if (spec.podFailurePolicy() != null) {
          at.invalid(policy, "only \"Never\" is supported when podFailurePolicy is specified");
        }
      }
      default -> at.notSupported(policy, "OnFailure", "Never");
    }
  }

  private static void completionMode(Check at, JobSpec spec) {
    var mode = spec.completionMode();
    if (mode != null && !mode.equals("NonIndexed") && !mode.equals(INDEXED)) {
      at.at("completionMode").notSupported(mode, "NonIndexed", INDEXED);
    }
    if (isIndexed(spec)) {
      indexed(at, spec);
    } else if (mode == null || mode.equals("NonIndexed")) {
      if (spec.backoffLimitPerIndex() != null) {
        at.at("backoffLimitPerIndex").invalid(spec.backoffLimitPerIndex(), UNINDEXED);
      }
      if (spec.maxFailedIndexes() != null) {
        at.at("maxFailedIndexes").invalid(spec.maxFailedIndexes(), UNINDEXED);
      }
    }
  }

  private static void indexed(Check at, JobSpec spec) {
    var completions = spec.completions();
    var failed = spec.maxFailedIndexes();
    if (completions == null) {
      at.at("completions").required("when completion mode is " + INDEXED);
    }
    atMost(
        at.at("parallelism"),
        spec.parallelism(),
        MOST_INDEXES,
        " when completion mode is " + INDEXED);
    if (completions != null && failed != null && failed > completions) {
      at.at("maxFailedIndexes").invalid(failed, "must be less than or equal to completions");
    }
    atMost(at.at("maxFailedIndexes"), failed, MOST_INDEXES, "");
    if (completions == null || completions <= MOST_INDEXES || spec.backoffLimitPerIndex() == null) {
      return;
    }
    if (failed == null) {
      at.at("maxFailedIndexes")
          .required("must be specified when completions is above " + MOST_INDEXES);
    }
    var when =
        " when completions are above " + MOST_INDEXES + " and used with backoff limit per index";
    atMost(at.at("parallelism"), spec.parallelism(), MOST_OF_MANY_INDEXES, when);
    atMost(at.at("maxFailedIndexes"), failed, MOST_OF_MANY_INDEXES, when);
  }

  private static void atMost(Check at, @Nullable Integer value, int most, String when) {
    if (value != null && value > most) {
      at.invalid(value, "must be less than or equal to " + most + when);
    }
  }

  static void job(Check root, Job job, Job old) {
    var at = root.at("spec");
    var now = job.spec();
    var before = old.spec();
    if (now.equals(before)) {
      return;
    }
    var labels = before.template().metadata().labels();
    job(root, job, labels.containsKey(NAME_LABEL) && labels.containsKey(UID_LABEL));
    withSelector(at, now); // Upstream looks at it twice.
    completions(at.at("completions"), now, before);
    at.at("selector").immutable(now.selector(), before.selector());
    template(at, now, old);
    at.at("completionMode").immutable(now.completionMode(), before.completionMode());
    at.at("podFailurePolicy").immutable(now.podFailurePolicy(), before.podFailurePolicy());
    at.at("backoffLimitPerIndex")
        .immutable(now.backoffLimitPerIndex(), before.backoffLimitPerIndex());
    at.at("managedBy").immutable(now.managedBy(), before.managedBy());
    at.at("successPolicy").immutable(now.successPolicy(), before.successPolicy());
  }

  /// An indexed job can be made larger and smaller, together with what runs at a time.
  private static void completions(Check at, JobSpec now, JobSpec before) {
    if (!isIndexed(now)) {
      at.immutable(now.completions(), before.completions());
    } else if (now.completions() != null
        && !now.completions().equals(before.completions())
        && !now.completions().equals(now.parallelism())) {
      at.invalid(now.completions(), "can only be modified in tandem with spec.parallelism");
    }
  }

  private static void template(Check at, JobSpec now, Job old) {
    boolean suspended = Boolean.TRUE.equals(old.spec().suspend());
    boolean idle = old.status().startTime() == null || isTrue(old, "Suspended");
    if (!suspended || !idle || old.status().active() != 0) {
      at.at("template").immutable(now.template(), old.spec().template());
      return;
    }
    var pod = now.template().spec();
    var munged = withResourcesOf(scheduledAs(old.spec().template(), now.template()).spec(), pod);
    // Upstream writes both steps as one.
    at.at("template.spec").immutable(pod, munged);
  }

  static boolean isTrue(Job job, String condition) {
    return job.status().conditions().stream().anyMatch(it -> isTrue(it, condition));
  }

  private static boolean isTrue(JobCondition condition, String type) {
    return condition.type().equals(type) && condition.status().equals("True");
  }

  /// The old template, with what decides where its pods run as in the new one.
  private static PodTemplateSpec scheduledAs(PodTemplateSpec old, PodTemplateSpec now) {
    var metadata =
        old.metadata()
            .withAnnotations(now.metadata().annotations())
            .withLabels(now.metadata().labels());
    var pod =
        old.spec()
            .withNodeSelector(now.spec().nodeSelector())
            .withTolerations(now.spec().tolerations())
            .withSchedulingGates(now.spec().schedulingGates())
            .withAffinity(affinity(old.spec().affinity(), now.spec().affinity()));
    return old.withMetadata(metadata).withSpec(pod);
  }

  private static @Nullable Affinity affinity(@Nullable Affinity old, @Nullable Affinity now) {
    if (now == null) {
      var rest = old == null ? Affinity.EMPTY : old.withNodeAffinity(null);
      return rest.equals(Affinity.EMPTY) ? null : rest;
    }
    return Objects.requireNonNullElse(old, Affinity.EMPTY).withNodeAffinity(now.nodeAffinity());
  }

  private static PodSpec withResourcesOf(PodSpec old, PodSpec now) {
    return old.withContainers(withResourcesOf(old.containers(), now.containers()))
        .withInitContainers(withResourcesOf(old.initContainers(), now.initContainers()));
  }

  private static List<Container> withResourcesOf(List<Container> old, List<Container> now) {
    if (old.size() != now.size()) {
      return old;
    }
    var result = new ArrayList<Container>();
    for (int i = 0; i < old.size(); i++) {
      var container = old.get(i);
      boolean same = container.name().equals(now.get(i).name());
      result.add(same ? container.withResources(now.get(i).resources()) : container);
    }
    return result;
  }
}
