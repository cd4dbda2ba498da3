package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.TimedCluster.exits;
import static io.kubejar.standalone.conformance.Trees.at;
import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.simulation.nodes.PodScript;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/// Jobs, with the ends of their pods played by simulated nodes.
final class JobsTest {
  private static final String JOB = "[sig-apps] Job ";
  private static final String SUCCESS_POLICY = "[sig-apps] Job with successPolicy ";
  private static final String INDEX = "batch.kubernetes.io/job-completion-index";
  private static final String FOUR_BY_TWO = "completions: 4, parallelism: 2";
  private static final String INDEXED = "completionMode: Indexed, " + FOUR_BY_TWO;

  @Conformance(JOB + "should delete a job")
  void deleted(TimedCluster cluster) throws Exception {
    var api = cluster.newTest();
    create(api, "foo", FOUR_BY_TWO);
    awaitRunning(cluster, api, 2);

    api.delete(jobs(api) + "/foo", "propagationPolicy: Background");
    cluster.passUntil(api, jobs(api), list -> names(list).isEmpty());
    cluster.passUntil(api, api.core("pods"), list -> names(list).isEmpty());
    Api.assertRefused(api.tryGet(jobs(api) + "/foo"), 404, "NotFound");
  }

  @Conformance(JOB + "should adopt matching orphans and release non-matching pods")
  void adoptedAndReleasedPods(TimedCluster cluster) throws Exception {
    var api = cluster.newTest();
    var uid = text(create(api, "adopt-release", FOUR_BY_TWO), "metadata.uid");
    awaitRunning(cluster, api, 2);
    var pod = api.core("pods/" + names(api.get(api.core("pods"))).getFirst());
    api.change(pod, it -> Trees.with(it, "metadata.ownerReferences", JsonNull.NULL));
    cluster.passUntil(api, pod, isOwnedBy(uid));

    api.change(pod, it -> Trees.with(it, "metadata.labels", JsonNull.NULL));
    cluster.passUntil(api, pod, isOwnedBy(uid).negate());
  }

  @Conformance(JOB + "should apply changes to a job status")
  void status(TimedCluster cluster) throws Exception {
    var api = cluster.newTest();
    var uid = text(create(api, "observed", FOUR_BY_TWO), "metadata.uid");
    awaitRunning(cluster, api, 2);
    var status = jobs(api) + "/observed/status";
    var patched =
        api.patch(
            status,
            Api.MERGE_PATCH,
            """
            {"metadata":{"annotations":{"patchedstatus":"true"}},
             "status":{"conditions":[{"type":"StatusPatched","status":"True"}]}}
            """);
    assertThat(text(patched, "metadata.annotations.patchedstatus")).isEqualTo("true");
    assertThat(Api.hasCondition(patched, "StatusPatched", "True")).isTrue();

    var updated =
        api.change(status, it -> Trees.with(it, "status.conditions.0.type", "StatusUpdated"));
    assertThat(Api.hasCondition(updated, "StatusUpdated", "True")).isTrue();
    var read = api.get(status);
    assertThat(text(read, "metadata.uid")).isEqualTo(uid);
    assertThat(Api.hasCondition(read, "StatusUpdated", "True")).isTrue();
  }

  @Conformance(JOB + "should manage the lifecycle of a job")
  void lifecycle(TimedCluster cluster) throws Exception {
    var api = cluster.newTest();
    cluster.script(api, _ -> exits(0));
    var selector = "labelSelector=e2e-job-label%3D" + api.suffix();
    var since = text(api.get(jobs(api) + "?" + selector), "metadata.resourceVersion");
    create(api, "lifecycle", "suspend: true, " + FOUR_BY_TWO);
    var path = jobs(api) + "/lifecycle";
    var patched =
        api.patch(path, Api.STRATEGIC_PATCH, "{\"metadata\":{\"labels\":{\"mine\":\"patched\"}}}");
    assertThat(text(patched, "metadata.labels.mine")).isEqualTo("patched");
    var annotations = JsonObject.of("updated", new JsonString("true"));
    var updated =
        api.change(
            path,
            it ->
                Trees.with(
                    Trees.with(it, "spec.suspend", JsonBoolean.FALSE),
                    "metadata.annotations",
                    annotations));
    assertThat(text(updated, "metadata.annotations.updated")).isEqualTo("true");
    assertThat(names(api.get("/apis/batch/v1/jobs?" + selector))).containsExactly("lifecycle");
    awaitCondition(cluster, api, "lifecycle", "Complete", "CompletionsReached");

    try (var watch = api.watch(jobs(api), "resourceVersion=" + since + "&" + selector)) {
      watch.next("MODIFIED", it -> text(it, "metadata.labels.mine").equals("patched"));
      watch.next("MODIFIED", it -> text(it, "metadata.annotations.updated").equals("true"));
      api.delete(jobs(api) + "?" + selector, "propagationPolicy: Background");
      watch.next("DELETED");
    }
    assertThat(names(api.get("/apis/batch/v1/jobs?" + selector))).isEmpty();
  }

  @Conformance(
      JOB + "should create pods for an Indexed job with completion indexes and specified hostname")
  void indexed(TimedCluster cluster) throws Exception {
    var api = cluster.newTest();
    cluster.script(api, _ -> exits(0));
    create(api, "indexed", INDEXED);
    awaitCondition(cluster, api, "indexed", "Complete", "CompletionsReached");

    var pods = items(api.get(api.core("pods")), "items");
    assertThat(pods)
        .allMatch(pod -> text(pod, "status.phase").equals("Succeeded"))
        .allMatch(pod -> text(pod, "spec.hostname").equals("indexed-" + index(pod)))
        .allMatch(
            pod ->
                text(pod, "spec.containers.0.env.0.name").equals("JOB_COMPLETION_INDEX")
                    && text(pod, "spec.containers.0.env.0.valueFrom.fieldRef.fieldPath")
                        .equals("metadata.labels['" + INDEX + "']"))
        .extracting(JobsTest::index)
        .containsExactlyInAnyOrder("0", "1", "2", "3");
  }

  @Conformance(
      JOB + "should run a job to completion when tasks sometimes fail and are locally restarted")
  void restartedWhereTheyAre(TimedCluster cluster) throws Exception {
    var api = cluster.newTest();
    cluster.script(
        api,
        pod ->
            pod.status().containerStatuses().stream().allMatch(it -> it.restartCount() == 0)
                ? PodScript.AT_ONCE.withExit(new PodScript.Exit(Duration.ZERO, 1, 1))
                : exits(0));
    create(api, "fail-once-local", FOUR_BY_TWO, "OnFailure");
    var done = awaitCondition(cluster, api, "fail-once-local", "Complete", "CompletionsReached");

    assertThat(text(done, "status.succeeded")).isEqualTo("4");
    assertThat(text(done, "status.failed")).isEmpty();
    assertThat(items(api.get(api.core("pods")), "items"))
        .hasSize(4)
        .allMatch(pod -> text(pod, "status.containerStatuses.0.restartCount").equals("1"));
  }

  @Conformance(
      JOB + "should allow to use the pod failure policy on exit code to fail the job early")
  void failsEarlyByExitCode(TimedCluster cluster) throws Exception {
    var api = cluster.newTest();
    cluster.script(api, pod -> isIndex(pod, 0) ? exits(1) : PodScript.AT_ONCE);
    create(
        api,
        "early",
        INDEXED
            + ", podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values:"
            + " [1]}}]}");

    var failed = awaitCondition(cluster, api, "early", "Failed", "PodFailurePolicy");
    assertThat(text(failed, "status.active")).isEmpty();
  }

  @Conformance(
      JOB
          + "should allow to use a pod failure policy to ignore failure matching on"
          + " DisruptionTarget condition")
  void ignoresDisruptions(TimedCluster cluster) throws Exception {
    var api = cluster.newTest();
    create(
        api,
        "evicted",
        INDEXED
            + ", backoffLimit: 0, podFailurePolicy: {rules: [{action: Ignore, onPodConditions:"
            + " [{type: DisruptionTarget}]}]}");
    for (int done = 2; done <= 4; done += 2) {
      cluster.script(api, _ -> PodScript.AT_ONCE);
      evict(api, awaitRunning(cluster, api, 2));
      int ended = done; // Their pods have been disrupted once, and succeed now.
      cluster.script(api, pod -> isBelow(pod, ended) ? exits(0) : PodScript.AT_ONCE);
      var count = Integer.toString(done);
      cluster.passUntil(
          api, jobs(api) + "/evicted", it -> text(it, "status.succeeded").equals(count));
    }

    var complete = awaitCondition(cluster, api, "evicted", "Complete", "CompletionsReached");
    assertThat(text(complete, "status.failed")).isEmpty();
  }

  /// Each is noted to be disrupted.
  private static void evict(Api api, JsonObject list) throws Exception {
    var since = "resourceVersion=" + text(list, "metadata.resourceVersion");
    for (var name : names(list)) {
      api.create(
          api.core("pods/" + name + "/eviction"),
          "{apiVersion: policy/v1, kind: Eviction, metadata: {name: " + name + "}}");
      try (var watch = api.watch(api.core("pods"), since)) {
        watch.next(
            "MODIFIED",
            it ->
                text(it, "metadata.name").equals(name)
                    && Api.hasCondition(it, "DisruptionTarget", "True"));
      }
    }
  }

  @Conformance(
      JOB + "should execute all indexes despite some failing when using backoffLimitPerIndex")
  void takesEveryIndexToItsEnd(TimedCluster cluster) throws Exception {
    var api = cluster.newTest();
    cluster.script(api, JobsTest::oddIndexesFail);
    create(api, "all", INDEXED + ", backoffLimitPerIndex: 1");

    var failed = awaitCondition(cluster, api, "all", "Failed", "FailedIndexes");
    assertIndexes(failed, "0,2", "1,3", "2", "4");
  }

  @Conformance(
      JOB
          + "should mark indexes as failed when the FailIndex action is matched in"
          + " podFailurePolicy")
  void failsIndexesByPolicy(TimedCluster cluster) throws Exception {
    var api = cluster.newTest();
    cluster.script(api, JobsTest::oddIndexesFail);
    create(
        api,
        "fail-index",
        "completionMode: Indexed, completions: 2, parallelism: 2, backoffLimitPerIndex: 1,"
            + " podFailurePolicy: {rules: [{action: FailIndex, onExitCodes: {operator: NotIn,"
            + " values: [0]}}]}");

    var failed = awaitCondition(cluster, api, "fail-index", "Failed", "FailedIndexes");
    assertIndexes(failed, "0", "1", "1", "1");
  }

  @Conformance(
      JOB
          + "should terminate job execution when the number of failed indexes exceeds"
          + " maxFailedIndexes")
  void stopsAfterTooManyFailedIndexes(TimedCluster cluster) throws Exception {
    var api = cluster.newTest();
    cluster.script(api, JobsTest::oddIndexesFail);
    create(
        api,
        "stopped",
        "completionMode: Indexed, completions: 4, parallelism: 1, backoffLimitPerIndex: 0,"
            + " maxFailedIndexes: 0");

    var failed = awaitCondition(cluster, api, "stopped", "Failed", "MaxFailedIndexesExceeded");
    assertIndexes(failed, "0", "1", "1", "1");
  }

  @Conformance(SUCCESS_POLICY + "should succeeded when all indexes succeeded")
  void succeedsWithAllIndexes(TimedCluster cluster) throws Exception {
    var api = cluster.newTest();
    cluster.script(api, _ -> exits(0));
    create(
        api,
        "all-indexes",
        "completionMode: Indexed, completions: 2, parallelism: 2, successPolicy: {rules:"
            + " [{succeededIndexes: '0-1'}]}");

    assertSucceeded(cluster, api, "all-indexes", "0,1", "2");
  }

  @Conformance(
      SUCCESS_POLICY
          + "succeededIndexes rule should succeeded even when some indexes remain pending")
  void succeedsWithTheNamedIndexes(TimedCluster cluster) throws Exception {
    var api = cluster.newTest();
    cluster.script(api, JobsTest::onlyTheFirstEnds);
    create(
        api,
        "named",
        "completionMode: Indexed, completions: 5, parallelism: 2, successPolicy: {rules:"
            + " [{succeededIndexes: '0'}]}");

    assertSucceeded(cluster, api, "named", "0", "1");
  }

  @Conformance(
      SUCCESS_POLICY + "succeededCount rule should succeeded even when some indexes remain pending")
  void succeedsWithEnoughIndexes(TimedCluster cluster) throws Exception {
    var api = cluster.newTest();
    cluster.script(api, JobsTest::onlyTheFirstEnds);
    create(
        api,
        "counted",
        "completionMode: Indexed, completions: 5, parallelism: 2, successPolicy: {rules:"
            + " [{succeededCount: 1}]}");

    assertSucceeded(cluster, api, "counted", "0", "1");
  }

  private static void assertSucceeded(
      TimedCluster cluster, Api api, String name, String indexes, String count) throws Exception {
    awaitCondition(cluster, api, name, "SuccessCriteriaMet", "SuccessPolicy");
    var complete = awaitCondition(cluster, api, name, "Complete", "SuccessPolicy");
    assertThat(text(complete, "status.completedIndexes")).isEqualTo(indexes);
    assertThat(text(complete, "status.succeeded")).isEqualTo(count);
    assertThat(text(complete, "status.active")).isEmpty();
  }

  private static void assertIndexes(
      JsonObject job, String completed, String failed, String successes, String failures) {
    assertThat(text(job, "status.completedIndexes")).isEqualTo(completed);
    assertThat(text(job, "status.failedIndexes")).isEqualTo(failed);
    assertThat(text(job, "status.succeeded")).isEqualTo(successes);
    assertThat(text(job, "status.failed")).isEqualTo(failures);
  }

  private static PodScript oddIndexesFail(Pod pod) {
    return exits(isIndex(pod, 1) || isIndex(pod, 3) ? 1 : 0);
  }

  private static PodScript onlyTheFirstEnds(Pod pod) {
    return isIndex(pod, 0) ? exits(0) : PodScript.AT_ONCE;
  }

  private static boolean isIndex(Pod pod, int index) {
    return pod.metadata().labels().getOrDefault(INDEX, "").equals(Integer.toString(index));
  }

  private static boolean isBelow(Pod pod, int limit) {
    return Integer.parseInt(pod.metadata().labels().getOrDefault(INDEX, "0")) < limit;
  }

  private static String index(JsonObject pod) {
    var annotations = (JsonObject) at(pod, "metadata.annotations");
    return annotations.text(INDEX);
  }

  private static Predicate<JsonObject> isOwnedBy(String uid) {
    return pod ->
        items(pod, "metadata.ownerReferences").stream()
            .anyMatch(
                owner ->
                    owner.text("uid").equals(uid)
                        && owner.text("kind").equals("Job")
                        && text(owner, "controller").equals("true"));
  }

  private static JsonObject awaitCondition(
      TimedCluster cluster, Api api, String name, String type, String reason) throws Exception {
    return cluster.passUntil(
        api,
        jobs(api) + "/" + name,
        job ->
            items(job, "status.conditions").stream()
                .anyMatch(
                    it ->
                        it.text("type").equals(type)
                            && it.text("status").equals("True")
                            && it.text("reason").equals(reason)));
  }

  /// The running pods of the test, as many as there should be.
  private static JsonObject awaitRunning(TimedCluster cluster, Api api, int count)
      throws Exception {
    var all = cluster.passUntil(api, api.core("pods"), list -> running(list).size() == count);
    return all.with("items", new JsonArray(List.copyOf(running(all))));
  }

  private static List<JsonObject> running(JsonObject list) {
    return items(list, "items").stream()
        .filter(pod -> text(pod, "status.phase").equals("Running"))
        .filter(pod -> text(pod, "metadata.deletionTimestamp").isEmpty())
        .toList();
  }

  private static String jobs(Api api) {
    return api.path("batch/v1", "jobs");
  }

  private static JsonObject create(Api api, String name, String spec) throws Exception {
    return create(api, name, spec, "Never");
  }

  private static JsonObject create(Api api, String name, String spec, String restartPolicy)
      throws Exception {
    return api.create(
        jobs(api),
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: %s, labels: {e2e-job-label: %s}}
        spec: {%s,
          template: {metadata: {labels: {job: %1$s}},
            spec: {restartPolicy: %s, containers: [{name: c, image: busybox}]}}}
        """
            .formatted(name, api.suffix(), spec, restartPolicy));
  }
}
