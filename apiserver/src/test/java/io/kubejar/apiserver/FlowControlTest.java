package io.kubejar.apiserver;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.kubejar.api.flowcontrol.v1.FlowSchema;
import io.kubejar.api.flowcontrol.v1.FlowSchemaCondition;
import io.kubejar.api.flowcontrol.v1.PriorityLevelConfiguration;
import io.kubejar.api.flowcontrol.v1.PriorityLevelConfigurationSpec;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apiserver.cache.ResourceCache.Start;
import io.kubejar.apiserver.cache.Selection;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Priority and fairness over HTTPS.
class FlowControlTest {
  private static TestServer server;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void makesWhatEveryClusterHasAndTellsThatLevelsExist() throws Exception {
    var schema =
        await(FlowSchema.RESOURCE, "system-nodes", it -> !it.status().conditions().isEmpty());
    var level = await(PriorityLevelConfiguration.RESOURCE, "workload-low", _ -> true);

    assertThat(schema.spec().matchingPrecedence()).isEqualTo(500);
    assertThat(schema.metadata().annotations())
        .containsEntry("apf.kubernetes.io/autoupdate-spec", "true");
    assertThat(schema.status().conditions())
        .extracting(
            FlowSchemaCondition::type, FlowSchemaCondition::status, FlowSchemaCondition::reason)
        .containsExactly(tuple("Dangling", "False", "Found"));
    assertThat(shares(level)).isEqualTo(100);
  }

  @Test
  void namesTheSchemaAndTheLevelOfEachRequest() throws Exception {
    var schema = await(FlowSchema.RESOURCE, "global-default", _ -> true);
    var level = await(PriorityLevelConfiguration.RESOURCE, "global-default", _ -> true);

    var answer = Http.as(server, "jane").get("/api/v1/namespaces");

    assertThat(answer.headers().firstValue("X-Kubernetes-PF-FlowSchema-UID"))
        .contains(schema.metadata().uid());
    assertThat(answer.headers().firstValue("X-Kubernetes-PF-PriorityLevel-UID"))
        .contains(level.metadata().uid());
  }

  /// A level with one seat and no queues, and a schema that sends a user there.
  private static void narrow(String user) throws Exception {
    var admin = Http.as(server, "admin", "system:masters");
    var root = "/apis/flowcontrol.apiserver.k8s.io/v1/";
    admin.send(
        "POST",
        root + "prioritylevelconfigurations",
        """
        apiVersion: flowcontrol.apiserver.k8s.io/v1
        kind: PriorityLevelConfiguration
        metadata: {name: %s}
        spec:
          type: Limited
          limited:
            nominalConcurrencyShares: 0
            lendablePercent: 0
            borrowingLimitPercent: 0
            limitResponse: {type: Reject}
        """
            .formatted(user)
            .getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/yaml");
    admin.send(
        "POST",
        root + "flowschemas",
        """
        apiVersion: flowcontrol.apiserver.k8s.io/v1
        kind: FlowSchema
        metadata: {name: %s}
        spec:
          matchingPrecedence: 11
          priorityLevelConfiguration: {name: %s}
          distinguisherMethod: {type: ByUser}
          rules:
          - subjects: [{kind: User, user: {name: %s}}]
            resourceRules:
            - {verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true}
        """
            .formatted(user, user, user)
            .getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/yaml");
    // Administrators would be exempt.
    admin.send(
        "POST",
        "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: %s}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
        subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: %s}]
        """
            .formatted(user, user)
            .getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/yaml");
    await(PriorityLevelConfiguration.RESOURCE, user, _ -> true);
    await(FlowSchema.RESOURCE, user, it -> !it.status().conditions().isEmpty());
  }

  @Test
  void givesTheSeatOfAWatchBackWhenItHasBegun() throws Exception {
    narrow("watcher");
    var watcher = Http.as(server, "watcher");
    var watched =
        "/api/v1/namespaces?watch=true&sendInitialEvents=true"
            + "&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=60";

    try (var first = watcher.lines(watched).body()) {
      var lines = first.iterator();
      String line;
      do {
        line = lines.next();
      } while (!line.contains("initial-events-end"));
      // One seat only, and the watch goes on without it.
      assertThat(eventually(() -> watcher.get("/api/v1/namespaces/default").statusCode(), 200))
          .isEqualTo(200);
      var metrics = text("/metrics");
      assertThat(metrics)
          .contains(
              "apiserver_flowcontrol_request_execution_seconds_count{flow_schema=\"watcher\","
                  + "priority_level=\"watcher\",type=\"watch\"} 1")
          .contains(
              "apiserver_flowcontrol_current_executing_requests{flow_schema=\"watcher\","
                  + "priority_level=\"watcher\"} 0");
    }
  }

  /// More than a client takes that does not read: 16 MB of its window, and what lies between.
  @Test
  void keepsTheSeatOfALargeListUntilItIsSent() throws Exception {
    var admin = Http.as(server, "admin", "system:masters");
    var secrets = "/api/v1/namespaces/kube-public/secrets";
    var large = "x".repeat(700_000);
    for (int i = 0; i < 32; i++) {
      var secret =
          "{\"metadata\":{\"name\":\"large%d\"},\"stringData\":{\"a\":\"%s\"}}".formatted(i, large);
      assertThat(admin.post(secrets, secret).statusCode()).isEqualTo(201);
    }
    narrow("lister");
    var lister = Http.as(server, "lister");
    Callable<Integer> another = () -> lister.get("/api/v1/namespaces/default").statusCode();

    try (var list = lister.bytes(secrets).body()) {
      assertThat(another.call()).isEqualTo(429);
      list.transferTo(OutputStream.nullOutputStream());
    }
    assertThat(eventually(another, 200)).isEqualTo(200);
  }

  @Test
  void showsWhatHappensInTheLevels() throws Exception {
    narrow("looker");
    Http.as(server, "looker").get("/api/v1/namespaces/default");

    assertThat(text("/debug/api_priority_and_fairness/dump_priority_levels"))
        .containsPattern("PriorityLevelName, +ActiveQueues, +IsIdle, +IsQuiescing, +Waiting")
        .containsPattern("looker, +0, +true, +false, +0, +0, +1, +0, +0, +0\n");
    assertThat(text("/debug/api_priority_and_fairness/dump_queues"))
        .containsPattern("PriorityLevelName, +Index, +PendingRequests, +ExecutingRequests, ")
        .containsPattern("workload-low, +127, +0, +0, +0, +0[.]0+ss, +0, +0, +0[.]0+ss\n");
    // Whoever asks is exempt, and inside.
    assertThat(text("/debug/api_priority_and_fairness/dump_requests?includeRequestDetails=1"))
        .containsPattern("StartTime, +UserName, +Verb, +APIPath, +Namespace, +Name, ")
        .containsPattern("exempt, +exempt, +-1, +-1, .* admin, +get, +/debug/api_priority_and");
  }

  private static String text(String path) throws Exception {
    var answer = Http.as(server, "admin", "system:masters").get(path);
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  /// The answer once it is what it shall be; else the last one.
  private static int eventually(Callable<Integer> question, int wanted) throws Exception {
    int answer = question.call();
    for (int i = 0; i < 100 && answer != wanted; i++) {
      answer = question.call();
    }
    return answer;
  }

  @Test
  void restoresAMandatoryObject() throws Exception {
    var before = await(FlowSchema.RESOURCE, "catch-all", _ -> true);
    server.admin().delete(FlowSchema.RESOURCE, ObjectKey.of(before), DeleteOptions.EMPTY);

    var after =
        await(
            FlowSchema.RESOURCE,
            "catch-all",
            it -> !it.metadata().uid().equals(before.metadata().uid()));

    assertThat(after.spec()).isEqualTo(before.spec());
  }

  @Test
  void leavesASuggestedObjectAloneWhoseOwnerSaysSo() throws Exception {
    var before = await(PriorityLevelConfiguration.RESOURCE, "node-high", _ -> true);
    var own =
        before
            .withMetadata(
                before
                    .metadata()
                    .withAnnotations(Map.of("apf.kubernetes.io/autoupdate-spec", "false")))
            .withSpec(withShares(before, 7));
    server.admin().update(PriorityLevelConfiguration.RESOURCE, own);
    // A change elsewhere makes the keeper look at all of them again.
    var other = await(PriorityLevelConfiguration.RESOURCE, "leader-election", _ -> true);
    server
        .admin()
        .update(PriorityLevelConfiguration.RESOURCE, other.withSpec(withShares(other, 9)));
    await(PriorityLevelConfiguration.RESOURCE, "leader-election", it -> shares(it) == 10);

    assertThat(shares(await(PriorityLevelConfiguration.RESOURCE, "node-high", _ -> true)))
        .isEqualTo(7);
  }

  @Test
  void tellsThatALevelIsMissingAndSendsItsRequestsElsewhere() throws Exception {
    var admin = Http.as(server, "admin", "system:masters");
    admin.send(
        "POST",
        "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas",
        """
        apiVersion: flowcontrol.apiserver.k8s.io/v1
        kind: FlowSchema
        metadata: {name: lost}
        spec:
          matchingPrecedence: 10
          priorityLevelConfiguration: {name: nowhere}
          rules:
          - subjects: [{kind: User, user: {name: lost}}]
            resourceRules:
            - {verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true}
        """
            .getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/yaml");
    var schema = await(FlowSchema.RESOURCE, "lost", it -> !it.status().conditions().isEmpty());
    var fallback = await(FlowSchema.RESOURCE, "global-default", _ -> true);

    var answer = Http.as(server, "lost").get("/api/v1/namespaces");

    assertThat(schema.status().conditions().getFirst().status()).isEqualTo("True");
    assertThat(schema.status().conditions().getFirst().message())
        .isEqualTo(
            "This FlowSchema references the PriorityLevelConfiguration object named \"nowhere\" but"
                + " there is no such object");
    assertThat(answer.headers().firstValue("X-Kubernetes-PF-FlowSchema-UID"))
        .contains(fallback.metadata().uid());
  }

  private static int shares(PriorityLevelConfiguration level) {
    var shares = requireNonNull(level.spec().limited()).nominalConcurrencyShares();
    return requireNonNull(shares);
  }

  private static PriorityLevelConfigurationSpec withShares(
      PriorityLevelConfiguration level, int shares) {
    var limited = requireNonNull(level.spec().limited());
    return level.spec().withLimited(limited.withNominalConcurrencyShares(shares));
  }

  private static <T extends KubernetesObject> T await(
      ResourceType<T> type, String name, Predicate<T> wanted) throws InterruptedException {
    var cache = server.server().resources().stored(type).registry().cache();
    var news = new Semaphore(0);
    try (var watch = cache.watch(Selection.all(), Start.WITH_STATE)) {
      watch.onAvailable(news::release);
      while (true) {
        var found = cache.get(ObjectKey.clusterScoped(name));
        if (found.isPresent() && wanted.test(found.get().object())) {
          return found.get().object();
        }
        while (watch.poll() != null) {
          // What has changed is read from the cache.
        }
        if (!news.tryAcquire(10, TimeUnit.SECONDS)) {
          throw new AssertionError(name + " did not become what it should be");
        }
      }
    }
  }
}
