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
import java.nio.charset.StandardCharsets;
import java.util.Map;
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
