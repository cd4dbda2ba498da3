package io.kubejar.apiserver.table;

import static io.kubejar.apiserver.table.Column.AGE;
import static io.kubejar.apiserver.table.Column.NAME;
import static io.kubejar.apiserver.table.Column.count;
import static io.kubejar.apiserver.table.Column.flag;
import static io.kubejar.apiserver.table.Column.number;
import static io.kubejar.apiserver.table.Column.text;
import static io.kubejar.apiserver.table.Column.wide;

import io.kubejar.api.apps.v1.ControllerRevision;
import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.core.v1.PodTemplate;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.api.core.v1.ReplicationController;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tables of what runs pods.
final class WorkloadTables {
  private static final Column CONTAINERS = wide("Containers", "names of the pod's containers");
  private static final Column IMAGES = wide("Images", "images of the pod's containers");
  private static final Column SELECTOR = wide("Selector", "which pods belong to it");

  private WorkloadTables() {}

  static final TableView<PodTemplate> POD_TEMPLATE =
      new TableView<>(
          List.of(
              NAME,
              text("Containers", "names of the pod's containers"),
              text("Images", "images of the pod's containers"),
              text("Pod Labels", "labels of the pods")),
          (template, _) ->
              List.of(
                  template.metadata().name(),
                  Texts.containerNames(template.template().spec().containers()),
                  Texts.images(template.template().spec().containers()),
                  Texts.labels(template.template().metadata().labels())));

  static final TableView<Deployment> DEPLOYMENT =
      new TableView<>(
          List.of(
              NAME,
              text("Ready", "ready pods of the wanted ones"),
              count("Up-to-date", "pods of the newest template"),
              count("Available", "pods ready for long enough"),
              AGE,
              CONTAINERS,
              IMAGES,
              SELECTOR),
          (deployment, now) ->
              withTemplate(
                  deployment.spec().template(),
                  Texts.plainSelector(deployment.spec().selector()),
                  deployment.metadata().name(),
                  deployment.status().readyReplicas()
                      + "/"
                      + Texts.orZero(deployment.spec().replicas()),
                  deployment.status().updatedReplicas(),
                  deployment.status().availableReplicas(),
                  Ages.of(deployment, now)));

  private static final List<Column> REPLICAS =
      List.of(
          NAME,
          number("Desired", "wanted pods"),
          number("Current", "pods that exist"),
          number("Ready", "pods that are ready"),
          AGE,
          CONTAINERS,
          IMAGES,
          SELECTOR);

  static final TableView<ReplicaSet> REPLICA_SET =
      new TableView<>(
          REPLICAS,
          (set, now) ->
              withTemplate(
                  set.spec().template(),
                  Texts.selector(set.spec().selector()),
                  set.metadata().name(),
                  Texts.orZero(set.spec().replicas()),
                  set.status().replicas(),
                  set.status().readyReplicas(),
                  Ages.of(set, now)));

  static final TableView<ReplicationController> REPLICATION_CONTROLLER =
      new TableView<>(
          REPLICAS,
          (controller, now) ->
              withTemplate(
                  controller.spec().template(),
                  Texts.labels(controller.spec().selector()),
                  controller.metadata().name(),
                  Texts.orZero(controller.spec().replicas()),
                  controller.status().replicas(),
                  controller.status().readyReplicas(),
                  Ages.of(controller, now)));

  static final TableView<StatefulSet> STATEFUL_SET =
      new TableView<>(
          List.of(NAME, text("Ready", "ready pods of the wanted ones"), AGE, CONTAINERS, IMAGES),
          (set, now) ->
              List.of(
                  set.metadata().name(),
                  set.status().readyReplicas() + "/" + Texts.orZero(set.spec().replicas()),
                  Ages.of(set, now),
                  Texts.containerNames(set.spec().template().spec().containers()),
                  Texts.images(set.spec().template().spec().containers())));

  static final TableView<DaemonSet> DAEMON_SET =
      new TableView<>(
          List.of(
              NAME,
              number("Desired", "nodes that should run its pod"),
              number("Current", "nodes that run its pod"),
              number("Ready", "nodes whose pod is ready"),
              number("Up-to-date", "nodes with the newest pod"),
              number("Available", "nodes whose pod is ready for long enough"),
              text("Node Selector", "which nodes are meant"),
              AGE,
              CONTAINERS,
              IMAGES,
              SELECTOR),
          (set, now) ->
              withTemplate(
                  set.spec().template(),
                  Texts.selector(set.spec().selector()),
                  set.metadata().name(),
                  set.status().desiredNumberScheduled(),
                  set.status().currentNumberScheduled(),
                  set.status().numberReady(),
                  set.status().updatedNumberScheduled(),
                  set.status().numberAvailable(),
                  Texts.labels(set.spec().template().spec().nodeSelector()),
                  Ages.of(set, now)));

  static final TableView<Job> JOB =
      new TableView<>(
          List.of(
              NAME,
              text("Status", "how the job stands"),
              text("Completions", "finished pods of the wanted ones"),
              text("Duration", "how long it took, or takes so far"),
              AGE,
              CONTAINERS,
              IMAGES,
              SELECTOR),
          (job, now) ->
              withTemplate(
                  job.spec().template(),
                  Texts.selector(job.spec().selector()),
                  job.metadata().name(),
                  jobStatus(job),
                  completions(job),
                  duration(job, now),
                  Ages.of(job, now)));

  static final TableView<CronJob> CRON_JOB =
      new TableView<>(
          List.of(
              NAME,
              text("Schedule", "when jobs are made, in cron's form"),
              text("Timezone", "the time zone of the schedule"),
              flag("Suspend", "whether no jobs are made at present"),
              number("Active", "jobs that run now"),
              text("Last Schedule", "time since a job was made"),
              AGE,
              CONTAINERS,
              IMAGES,
              SELECTOR),
          (job, now) ->
              withTemplate(
                  job.spec().jobTemplate().spec().template(),
                  Texts.selector(job.spec().jobTemplate().spec().selector()),
                  job.metadata().name(),
                  job.spec().schedule(),
                  Texts.orNone(job.spec().timeZone()),
                  printed(job.spec().suspend()),
                  job.status().active().size(),
                  job.status().lastScheduleTime() == null
                      ? Texts.NONE
                      : Ages.since(job.status().lastScheduleTime(), now),
                  Ages.of(job, now)));

  static final TableView<ControllerRevision> CONTROLLER_REVISION =
      new TableView<>(
          List.of(
              NAME,
              text("Controller", "what this is a revision of"),
              count("Revision", "its number"),
              AGE),
          (revision, now) ->
              List.of(
                  revision.metadata().name(),
                  revision.metadata().ownerReferences().stream()
                      .filter(owner -> Boolean.TRUE.equals(owner.controller()))
                      .findFirst()
                      .map(WorkloadTables::ownerText)
                      .orElse(Texts.NONE),
                  revision.revision(),
                  Ages.of(revision, now)));

  private static String ownerText(OwnerReference owner) {
    var version = owner.apiVersion();
    var group = version.contains("/") ? "." + version.substring(0, version.indexOf('/')) : "";
    return owner.kind().toLowerCase(java.util.Locale.ROOT) + group + "/" + owner.name();
  }

  private static String printed(@Nullable Boolean flag) {
    return flag == null ? Texts.UNSET : flag ? "True" : "False";
  }

  private static String jobStatus(Job job) {
    for (var type : List.of("Complete", "Failed")) {
      if (holds(job, type)) {
        return type;
      }
    }
    if (job.metadata().deletionTimestamp() != null) {
      return "Terminating";
    }
    for (var type : List.of("Suspended", "FailureTarget", "SuccessCriteriaMet")) {
      if (holds(job, type)) {
        return type;
      }
    }
    return "Running";
  }

  private static boolean holds(Job job, String type) {
    return job.status().conditions().stream()
        .filter(each -> each.type().equals(type))
        .findFirst()
        .filter(each -> each.status().equals("True"))
        .isPresent();
  }

  private static String completions(Job job) {
    var completions = job.spec().completions();
    if (completions != null) {
      return job.status().succeeded() + "/" + completions;
    }
    int parallelism = Texts.orZero(job.spec().parallelism());
    return parallelism > 1
        ? job.status().succeeded() + "/1 of " + parallelism
        : job.status().succeeded() + "/1";
  }

  private static String duration(Job job, Instant now) {
    var start = job.status().startTime();
    if (start == null) {
      return "";
    }
    var end = job.status().completionTime();
    return Ages.human(Duration.between(start, end == null ? now : end));
  }

  /// The cells given, then those of the pod template and the selector.
  private static List<Object> withTemplate(
      @Nullable PodTemplateSpec template, String selector, Object... cells) {
    var all = new ArrayList<Object>(List.of(cells));
    var containers =
        template == null
            ? List.<io.kubejar.api.core.v1.Container>of()
            : template.spec().containers();
    all.add(Texts.containerNames(containers));
    all.add(Texts.images(containers));
    all.add(selector);
    return all;
  }
}
