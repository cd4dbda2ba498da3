package io.kubejar.foreignclients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// What programs on the fabric8 client do with resources.
@ExtendWith(SharedServer.class)
@Timeout(60)
final class Fabric8Test {
  private static final long PATIENCE_SECONDS = 30;

  private final StartedServer server;
  private final KubernetesClient client;
  private final String namespace;

  Fabric8Test(StartedServer server) {
    this.server = server;
    client = clientOf(server.kubeconfig());
    namespace = server.newName("fabric8");
  }

  @BeforeEach
  void makeNamespace() {
    var made = new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build();
    client.resource(made).create();
    client
        .serviceAccounts()
        .inNamespace(namespace)
        .withName("default")
        .waitUntilCondition(account -> account != null, PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() {
    client.close();
  }

  private static KubernetesClient clientOf(String kubeconfig) {
    return new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeconfig)).build();
  }

  @Test
  void createsReadsEditsAndDeletes() {
    var made = client.resource(configMap("a", "1")).create();
    assertThat(made.getMetadata().getUid()).isNotEmpty();

    client.resource(made).edit(it -> new ConfigMapBuilder(it).addToData("key", "2").build());
    assertThat(named("a").get().getData()).containsEntry("key", "2");

    // The object that was made is old by now: with its version it cannot be written any more.
    var stale = client.resource(made).lockResourceVersion();
    assertThatThrownBy(stale::update)
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refused -> {
              assertThat(refused.getCode()).isEqualTo(409);
              assertThat(refused.getStatus().getReason()).isEqualTo("Conflict");
              assertThat(refused.getStatus().getDetails().getName()).isEqualTo("a");
            });

    var details = named("a").delete();
    assertThat(details).singleElement().satisfies(it -> assertThat(it.getName()).isEqualTo("a"));
    assertThat(named("a").get()).isNull();
  }

  @Test
  void patchesInEveryForm() {
    client.resource(configMap("a", "1")).create();

    named("a")
        .patch(
            PatchContext.of(PatchType.JSON),
            "[{\"op\":\"add\",\"path\":\"/data/json\",\"value\":\"x\"}]");
    named("a").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"merge\":\"y\"}}");
    named("a").patch(PatchContext.of(PatchType.STRATEGIC_MERGE), "{\"data\":{\"key\":null}}");

    assertThat(named("a").get().getData()).isEqualTo(Map.of("json", "x", "merge", "y"));
  }

  @Test
  void appliesWithConflictsAndForce() {
    var context =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("first")
            .build();
    client.resource(configMap("a", "1")).patch(context);
    context.setFieldManager("second");
    assertThatThrownBy(() -> client.resource(configMap("a", "2")).patch(context))
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refused -> {
              assertThat(refused.getCode()).isEqualTo(409);
              assertThat(refused.getStatus().getDetails().getCauses())
                  .singleElement()
                  .satisfies(cause -> assertThat(cause.getField()).isEqualTo(".data.key"));
            });

    context.setForce(true);
    client.resource(configMap("a", "2")).patch(context);

    assertThat(named("a").get().getMetadata().getManagedFields())
        .filteredOn(it -> it.getFieldsV1().getAdditionalProperties().containsKey("f:data"))
        .singleElement()
        .satisfies(it -> assertThat(it.getManager()).isEqualTo("second"));
    assertThat(client.resource(configMap("b", "1")).serverSideApply().getMetadata().getUid())
        .isNotEmpty();
  }

  @Test
  void listsPageByPageAndBySelector() {
    for (int i = 0; i < 7; i++) {
      client.resource(configMap("page-" + i, "1")).create();
    }
    var names = new ArrayList<String>();
    var next = "";
    do {
      var options = new ListOptionsBuilder().withLimit(3L).withContinue(next);
      options.withLabelSelector("test=" + namespace);
      var page = client.configMaps().inNamespace(namespace).list(options.build());
      assertThat(page.getItems()).hasSizeLessThanOrEqualTo(3);
      page.getItems().forEach(it -> names.add(it.getMetadata().getName()));
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());

    assertThat(names).hasSize(7).isSorted();
    assertThat(
            client
                .configMaps()
                .inAnyNamespace()
                .withLabel("test", namespace)
                .withField("metadata.name", "page-4")
                .list()
                .getItems())
        .hasSize(1);
    assertThat(client.configMaps().inNamespace(namespace).withLabelNotIn("test", namespace).list())
        .satisfies(
            rest ->
                assertThat(rest.getItems())
                    .extracting(Fabric8Test::nameOf)
                    .doesNotContain("page-1"));
  }

  @Test
  void readsWhatIsWrongFromTheStatus() {
    var broken =
        new PodBuilder()
            .withMetadata(meta("Not_A_Name"))
            .withNewSpec()
            .addNewContainer()
            .withName("c")
            .endContainer()
            .endSpec()
            .build();

    assertThatThrownBy(() -> client.resource(broken).create())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refused -> {
              assertThat(refused.getCode()).isEqualTo(422);
              assertThat(refused.getStatus().getReason()).isEqualTo("Invalid");
              assertThat(refused.getStatus().getDetails().getCauses())
                  .extracting(cause -> cause.getField())
                  .contains("metadata.name", "spec.containers[0].image");
            });
    client.resource(configMap("twice", "1")).create();
    assertThatThrownBy(() -> client.resource(configMap("twice", "1")).create())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            refused -> assertThat(refused.getStatus().getReason()).isEqualTo("AlreadyExists"));
  }

  @Test
  void scalesAndWritesTheStatusApart() {
    client.resource(deployment("web", 1)).create();
    var deployments = client.apps().deployments().inNamespace(namespace).withName("web");

    assertThat(deployments.scale().getSpec().getReplicas()).isEqualTo(1);
    deployments.scale(2);
    assertThat(deployments.get().getSpec().getReplicas()).isEqualTo(2);

    var node = new NodeBuilder().withMetadata(new ObjectMeta());
    node.editMetadata().withName(namespace).endMetadata();
    client.resource(node.build()).create();
    client
        .nodes()
        .withName(namespace)
        .editStatus(
            it ->
                new NodeBuilder(it)
                    .editOrNewSpec()
                    .withUnschedulable(true)
                    .endSpec()
                    .editOrNewStatus()
                    .addNewAddress("192.0.2.7", "InternalIP")
                    .endStatus()
                    .build());
    var written = client.nodes().withName(namespace).get();
    assertThat(written.getStatus().getAddresses()).hasSize(1);
    assertThat(written.getSpec().getUnschedulable()).isNull(); // Not part of the status.
    client.nodes().withName(namespace).delete();
  }

  @Test
  void deletesWithPropagation() {
    var deployments = client.apps().deployments().inNamespace(namespace);
    var replicaSets = client.apps().replicaSets().inNamespace(namespace);
    client.resource(deployment("kept", 1)).create();
    replicaSets
        .withLabel("app", "kept")
        .waitUntilCondition(set -> set != null, PATIENCE_SECONDS, TimeUnit.SECONDS);
    deployments.withName("kept").withPropagationPolicy(DeletionPropagation.ORPHAN).delete();
    deployments
        .withName("kept")
        .waitUntilCondition(it -> it == null, PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(replicaSets.withLabel("app", "kept").list().getItems())
        .singleElement()
        .satisfies(it -> assertThat(it.getMetadata().getOwnerReferences()).isEmpty());

    client.resource(deployment("gone", 1)).create();
    ReplicaSet owned =
        replicaSets
            .withLabel("app", "gone")
            .waitUntilCondition(set -> set != null, PATIENCE_SECONDS, TimeUnit.SECONDS);
    deployments.withName("gone").withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
    deployments
        .withName("gone")
        .waitUntilCondition(it -> it == null, PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(replicaSets.withName(owned.getMetadata().getName()).get()).isNull();
  }

  @Test
  void appliesAWholeFile() {
    var file =
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {selector: {app: web}, ports: [{port: 80}]}
        ---
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: nightly}
        spec:
          schedule: '0 3 * * *'
          jobTemplate:
            spec:
              template:
                spec: {restartPolicy: Never, containers: [{name: c, image: busybox}]}
        """;
    var made =
        client
            .load(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)))
            .inNamespace(namespace)
            .serverSideApply();

    assertThat(made).hasSize(2);
    var service = client.services().inNamespace(namespace).withName("web").get();
    assertThat(service.getSpec().getClusterIP()).isNotEmpty();
    assertThat(new ServiceBuilder(service).buildSpec().getPorts().getFirst().getProtocol())
        .isEqualTo("TCP");
    assertThat(client.batch().v1().cronjobs().inNamespace(namespace).list().getItems()).hasSize(1);
  }

  @Test
  void knowsWhatTheServerServes() {
    assertThat(client.getKubernetesVersion().getMinor()).isEqualTo("36");
    assertThat(client.supports(Deployment.class)).isTrue();
    assertThat(client.supports("example.com/v1", "Nothing")).isFalse();
    assertThat(client.hasApiGroup("apps", true)).isTrue();
    assertThat(client.getApiGroup("batch").getPreferredVersion().getVersion()).isEqualTo("v1");
    assertThat(client.getApiResources("v1").getResources())
        .anySatisfy(it -> assertThat(it.getName()).isEqualTo("pods/exec"));
    assertThat(client.rootPaths().getPaths()).contains("/api/v1", "/openapi/v3");
    assertThat(client.raw("/openapi/v3")).contains("apis/apps/v1");
  }

  @Test
  void comesInWithATokenAndIsWhoItSays() {
    var accounts = client.serviceAccounts().inNamespace(namespace).withName("default");
    TokenRequest token = accounts.tokenRequest(new TokenRequest());

    try (var other = clientOf(server.kubeconfigOf(token.getStatus().getToken()))) {
      var review =
          other
              .authentication()
              .v1()
              .selfSubjectReviews()
              .create(new SelfSubjectReviewBuilder().build());
      assertThat(review.getStatus().getUserInfo().getUsername())
          .isEqualTo("system:serviceaccount:" + namespace + ":default");
      assertThatThrownBy(() -> other.configMaps().inNamespace(namespace).list())
          .isInstanceOfSatisfying(
              KubernetesClientException.class,
              refused -> {
                assertThat(refused.getCode()).isEqualTo(403);
                assertThat(refused.getStatus().getReason()).isEqualTo("Forbidden");
              });
    }
    try (var nobody = clientOf(server.kubeconfigOf("wrong"))) {
      assertThatThrownBy(() -> nobody.configMaps().inNamespace(namespace).list())
          .isInstanceOfSatisfying(
              KubernetesClientException.class,
              refused -> assertThat(refused.getCode()).isEqualTo(401));
    }
  }

  @Test
  void electsOneLeaderAndThenTheOther() throws Exception {
    var first = new Candidate("one");
    first.leading.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    var second = new Candidate("two");
    assertThat(second.newLeader.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("one");

    first.running.cancel(true); // It gives the lease back.

    second.leading.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    var lease = client.leases().inNamespace(namespace).withName("lock").get();
    assertThat(lease.getSpec().getHolderIdentity()).isEqualTo("two");
    assertThat(lease.getSpec().getLeaseTransitions()).isPositive();
    second.running.cancel(true);
  }

  /// One who wants to lead.
  private final class Candidate {
    final CompletableFuture<Void> leading = new CompletableFuture<>();
    final CompletableFuture<String> newLeader = new CompletableFuture<>();
    final CompletableFuture<?> running;

    Candidate(String name) {
      var config =
          new LeaderElectionConfigBuilder()
              .withName("test")
              .withLock(new LeaseLock(namespace, "lock", name))
              .withLeaseDuration(Duration.ofSeconds(5))
              .withRenewDeadline(Duration.ofSeconds(3))
              .withRetryPeriod(Duration.ofMillis(200))
              .withReleaseOnCancel(true)
              .withLeaderCallbacks(
                  new LeaderCallbacks(() -> leading.complete(null), () -> {}, newLeader::complete))
              .build();
      running = new LeaderElector(client, config, Runnable::run).start();
    }
  }

  private Resource<ConfigMap> named(String name) {
    return client.configMaps().inNamespace(namespace).withName(name);
  }

  private ConfigMap configMap(String name, String value) {
    return new ConfigMapBuilder().withMetadata(meta(name)).withData(Map.of("key", value)).build();
  }

  private ObjectMeta meta(String name) {
    var metadata = new ObjectMeta();
    metadata.setName(name);
    metadata.setNamespace(namespace);
    metadata.setLabels(Map.of("test", namespace));
    return metadata;
  }

  private static String nameOf(ConfigMap map) {
    return map.getMetadata().getName();
  }

  private Deployment deployment(String name, int replicas) {
    var labels = Map.of("app", name);
    return new DeploymentBuilder()
        .withMetadata(meta(name))
        .withNewSpec()
        .withReplicas(replicas)
        .withNewSelector()
        .withMatchLabels(labels)
        .endSelector()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .withContainers(List.of())
        .addNewContainer()
        .withName("c")
        .withImage("busybox")
        .endContainer()
        .endSpec()
        .endTemplate()
        .endSpec()
        .build();
  }
}
