package io.kubejar.foreignclients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.reflect.TypeToken;
import io.kubernetes.client.Discovery;
import io.kubernetes.client.PodLogs;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.ApiextensionsV1Api;
import io.kubernetes.client.openapi.apis.AppsV1Api;
import io.kubernetes.client.openapi.apis.AuthenticationV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.apis.VersionApi;
import io.kubernetes.client.openapi.models.AuthenticationV1TokenRequest;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1CustomResourceDefinition;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1SelfSubjectReview;
import io.kubernetes.client.openapi.models.V1TokenRequestSpec;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.kubernetes.client.util.PatchUtils;
import io.kubernetes.client.util.ServerSideApply;
import io.kubernetes.client.util.Watch;
import io.kubernetes.client.util.Yaml;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesApi;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesObject;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// What programs on the official Java client do, with JSON on the wire. Every getter of its classes
/// may give null; a field that is missing fails the test, which is all it should do.
@NullUnmarked
@ExtendWith(SharedServer.class)
@Timeout(60)
final class OfficialClientTest {
  private static final long PATIENCE_SECONDS = 30;

  private final StartedServer server;
  private final ApiClient client;
  private final CoreV1Api core;
  private final String namespace;

  OfficialClientTest(StartedServer server) throws Exception {
    this.server = server;
    client = clientOf(server.kubeconfig());
    core = new CoreV1Api(client);
    namespace = server.newName("official");
    core.createNamespace(new V1Namespace().metadata(new V1ObjectMeta().name(namespace))).execute();
  }

  private static ApiClient clientOf(String kubeconfig) throws IOException {
    var config = KubeConfig.loadKubeConfig(new StringReader(kubeconfig));
    var client = ClientBuilder.kubeconfig(config).build();
    client.setReadTimeout(0); // As its informers and watches want it.
    return client;
  }

  @Test
  void createsReadsReplacesAndDeletes() throws Exception {
    var made = core.createNamespacedConfigMap(namespace, configMap("a", "1")).execute();
    assertThat(made.getMetadata().getUid()).isNotEmpty();
    var changed = core.readNamespacedConfigMap("a", namespace).execute().putDataItem("more", "2");
    core.replaceNamespacedConfigMap("a", namespace, changed).execute();
    assertThatThrownBy(() -> core.replaceNamespacedConfigMap("a", namespace, made).execute())
        .isInstanceOfSatisfying(ApiException.class, it -> assertStatus(it, 409, "Conflict"));

    var status = core.deleteNamespacedConfigMap("a", namespace).execute();
    assertThat(status.getStatus()).isEqualTo("Success");
    assertThat(status.getDetails().getKind()).isEqualTo("configmaps");
    assertThatThrownBy(() -> core.readNamespacedConfigMap("a", namespace).execute())
        .isInstanceOfSatisfying(ApiException.class, it -> assertStatus(it, 404, "NotFound"));
  }

  @Test
  void patchesInEveryForm() throws Exception {
    core.createNamespacedConfigMap(namespace, configMap("a", "1")).execute();
    patch(
        "[{\"op\":\"add\",\"path\":\"/data/json\",\"value\":\"x\"}]",
        V1Patch.PATCH_FORMAT_JSON_PATCH);
    patch("{\"data\":{\"merge\":\"y\"}}", V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH);
    patch("{\"data\":{\"key\":null}}", V1Patch.PATCH_FORMAT_STRATEGIC_MERGE_PATCH);

    var patched = core.readNamespacedConfigMap("a", namespace).execute();
    assertThat(patched.getData()).isEqualTo(Map.of("json", "x", "merge", "y"));
  }

  private void patch(String body, String format) throws ApiException {
    PatchUtils.patch(
        V1ConfigMap.class,
        () -> core.patchNamespacedConfigMap("a", namespace, new V1Patch(body)).buildCall(null),
        format,
        client);
  }

  @Test
  void appliesWithConflictsAndForce() throws Exception {
    ServerSideApply.apply(
        client, V1ConfigMap.class, V1ConfigMapList.class, configMap("a", "1"), "first");
    assertThatThrownBy(
            () ->
                ServerSideApply.apply(
                    client,
                    V1ConfigMap.class,
                    V1ConfigMapList.class,
                    configMap("a", "2"),
                    "second"))
        .isInstanceOfSatisfying(ApiException.class, it -> assertThat(it.getCode()).isEqualTo(409));
    var applied =
        ServerSideApply.apply(
            client, V1ConfigMap.class, V1ConfigMapList.class, configMap("a", "2"), "second", true);

    assertThat(applied.getData()).containsEntry("key", "2");
    // The client's own class drops the managers on reading.
    try (var raw = core.readNamespacedConfigMap("a", namespace).buildCall(null).execute()) {
      assertThat(raw.body().string()).contains("\"manager\":\"second\",\"operation\":\"Apply\"");
    }
  }

  @Test
  void listsPageByPage() throws Exception {
    for (int i = 0; i < 5; i++) {
      core.createNamespacedConfigMap(namespace, configMap("page-" + i, "1")).execute();
    }
    var names = new ArrayList<String>();
    var next = "";
    do {
      var page =
          core.listNamespacedConfigMap(namespace)
              .labelSelector("test=" + namespace)
              .limit(2)
              ._continue(next)
              .execute();
      page.getItems().forEach(it -> names.add(it.getMetadata().getName()));
      next = page.getMetadata().getContinue();
    } while (next != null && !next.isEmpty());
    assertThat(names).containsExactly("page-0", "page-1", "page-2", "page-3", "page-4");
  }

  @Test
  void readsTheFieldErrors() {
    var broken = new V1Pod().metadata(new V1ObjectMeta().name("a"));
    assertThatThrownBy(() -> core.createNamespacedPod(namespace, broken).execute())
        .isInstanceOfSatisfying(
            ApiException.class,
            refused -> {
              assertStatus(refused, 422, "Invalid");
              assertThat(refused.getResponseBody()).contains("spec.containers");
            });
  }

  @Test
  void watchesFromAList() throws Exception {
    var list = core.listNamespacedConfigMap(namespace).labelSelector("test").execute();
    var call =
        core.listNamespacedConfigMap(namespace)
            .labelSelector("test")
            .resourceVersion(list.getMetadata().getResourceVersion())
            .watch(true)
            .timeoutSeconds(30)
            .buildCall(null);
    try (Watch<V1ConfigMap> watch =
        Watch.createWatch(
            client, call, new TypeToken<Watch.Response<V1ConfigMap>>() {}.getType())) {
      core.createNamespacedConfigMap(namespace, configMap("a", "1")).execute();
      core.deleteNamespacedConfigMap("a", namespace).execute();

      assertThat(watch.next().type).isEqualTo("ADDED");
      var deleted = watch.next();
      assertThat(deleted.type).isEqualTo("DELETED");
      assertThat(deleted.object.getData()).containsEntry("key", "1");
    }
  }

  @Test
  void informersListAgainWhenTheirVersionIsGone() throws Exception {
    var told = new LinkedBlockingQueue<String>();
    try (var network = new UnreliableNetwork(server.port())) {
      var through = clientOf(server.kubeconfig(network.port()));
      var factory = new SharedInformerFactory(through);
      var maps =
          new GenericKubernetesApi<>(
              V1ConfigMap.class, V1ConfigMapList.class, "", "v1", "configmaps", through);
      var informer = factory.sharedIndexInformerFor(maps, V1ConfigMap.class, 0, namespace);
      informer.addEventHandler(handler(told));
      factory.startAllRegisteredInformers();
      core.createNamespacedConfigMap(namespace, configMap("a", "1")).execute();
      core.createNamespacedConfigMap(namespace, configMap("b", "1")).execute();
      assertThat(next(told, 2)).containsExactly("added a", "added b");

      network.cut();
      core.deleteNamespacedConfigMap("a", namespace).execute();
      core.createNamespacedConfigMap(namespace, configMap("c", "1")).execute();
      server.compact();
      network.mend();

      assertThat(next(told, 2)).containsExactly("added c", "deleted a");
      factory.stopAllRegisteredInformers(true);
    }
  }

  private static Set<String> next(BlockingQueue<String> told, int count)
      throws InterruptedException {
    var lines = new TreeSet<String>();
    while (lines.size() < count) {
      lines.add(String.valueOf(told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)));
    }
    return lines;
  }

  private static ResourceEventHandler<V1ConfigMap> handler(BlockingQueue<String> told) {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(V1ConfigMap it) {
        tell("added ", it);
      }

      @Override
      public void onUpdate(V1ConfigMap old, V1ConfigMap it) {}

      @Override
      public void onDelete(V1ConfigMap it, boolean finalStateUnknown) {
        tell("deleted ", it);
      }

      private void tell(String what, V1ConfigMap it) {
        if (it.getMetadata().getName().length() == 1) { // Not what controllers put there.
          told.add(what + it.getMetadata().getName());
        }
      }
    };
  }

  @Test
  void scalesAndDeletesInTheForeground() throws Exception {
    var apps = new AppsV1Api(client);
    var deployment =
        (V1Deployment)
            Yaml.load(
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: 0
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: c, image: busybox}]}
                """);
    apps.createNamespacedDeployment(namespace, deployment).execute();
    var scale = apps.readNamespacedDeploymentScale("web", namespace).execute();
    scale.getSpec().setReplicas(3);
    scale.getMetadata().setResourceVersion(null); // The controller writes the status meanwhile.
    apps.replaceNamespacedDeploymentScale("web", namespace, scale).execute();
    var scaled = apps.readNamespacedDeployment("web", namespace).execute();
    assertThat(scaled.getSpec().getReplicas()).isEqualTo(3);
    assertThat(scaled.getSpec().getStrategy().getRollingUpdate().getMaxSurge())
        .isEqualTo(new IntOrString("25%"));

    var done =
        apps.deleteNamespacedDeployment("web", namespace).propagationPolicy("Foreground").execute();
    assertThat(done.getMetadata()).isNotNull(); // The object itself, on its way out.
  }

  @Test
  void customResourcesWithoutClassesAreListedAndPatched() throws Exception {
    var plural = namespace.replace("-", "") + "s";
    var definition = (V1CustomResourceDefinition) Yaml.load(CustomResources.yaml(plural));
    var extensions = new ApiextensionsV1Api(client);
    extensions.createCustomResourceDefinition(definition).execute();
    try (var watch = watchOfDefinition(extensions, plural + "." + plural + ".example.com")) {
      while (!isEstablished(watch.next().object)) {}
    }
    var widgets = new DynamicKubernetesApi(plural + ".example.com", "v1", plural, client);
    var widget = new DynamicKubernetesObject(widget("w", 1));
    widgets.create(widget).throwsApiException();
    widgets
        .patch(
            namespace,
            "w",
            V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH,
            new V1Patch("{\"spec\":{\"replicas\":5}}"))
        .throwsApiException();
    var wanted = widgets.get(namespace, "w").getObject();
    widgets
        .updateStatus(wanted, _ -> JsonParser.parseString("{\"replicas\":2}"))
        .throwsApiException();

    var list = widgets.list(namespace).getObject();
    var found = list.getItems().getFirst().getRaw();
    assertThat(found.getAsJsonObject("spec").get("replicas").getAsInt()).isEqualTo(5);
    assertThat(found.getAsJsonObject("status").get("replicas").getAsInt()).isEqualTo(2);
    var refused = widgets.create(new DynamicKubernetesObject(widget("bad", "many")));
    assertThat(refused.getHttpStatusCode()).isEqualTo(422);
    assertThat(refused.getStatus().getDetails().getCauses())
        .extracting(it -> it.getField())
        .contains("spec.replicas");
    extensions.deleteCustomResourceDefinition(plural + "." + plural + ".example.com").execute();
  }

  private Watch<V1CustomResourceDefinition> watchOfDefinition(
      ApiextensionsV1Api extensions, String name) throws ApiException {
    return Watch.createWatch(
        client,
        extensions
            .listCustomResourceDefinition()
            .fieldSelector("metadata.name=" + name)
            .watch(true)
            .timeoutSeconds(30)
            .buildCall(null),
        new TypeToken<Watch.Response<V1CustomResourceDefinition>>() {}.getType());
  }

  private static boolean isEstablished(V1CustomResourceDefinition definition) {
    var status = definition.getStatus();
    return status != null
        && status.getConditions() != null
        && status.getConditions().stream()
            .anyMatch(it -> it.getType().equals("Established") && it.getStatus().equals("True"));
  }

  private JsonObject widget(String name, Object replicas) {
    var text = replicas instanceof String ? "\"" + replicas + "\"" : replicas;
    return JsonParser.parseString(
            """
            {"apiVersion":"%s.example.com/v1","kind":"Widget",
             "metadata":{"name":"%s","namespace":"%s"},"spec":{"replicas":%s}}
            """
                .formatted(namespace.replace("-", "") + "s", name, namespace, text))
        .getAsJsonObject();
  }

  @Test
  void knowsWhatTheServerServes() throws Exception {
    assertThat(new VersionApi(client).getCode().execute().getMinor()).isEqualTo("36");
    assertThat(new Discovery(client).findAll())
        .filteredOn(it -> it.getResourcePlural().equals("deployments"))
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.getGroup()).isEqualTo("apps");
              assertThat(it.getPreferredVersion()).isEqualTo("v1");
              assertThat(it.getSubResources()).contains("scale", "status");
            });
  }

  @Test
  void comesInWithATokenAndIsWhoItSays() throws Exception {
    var account = core.readNamespacedServiceAccount("default", "kube-system").execute();
    var request =
        new AuthenticationV1TokenRequest()
            .spec(new V1TokenRequestSpec().audiences(List.of()).expirationSeconds(3600L));
    var token =
        core.createNamespacedServiceAccountToken(
                account.getMetadata().getName(), "kube-system", request)
            .execute();
    assertThat(token.getStatus().getExpirationTimestamp())
        .isAfter(account.getMetadata().getCreationTimestamp().plus(Duration.ofMinutes(59)));

    var other = clientOf(server.kubeconfigOf(token.getStatus().getToken()));
    var review =
        new AuthenticationV1Api(other).createSelfSubjectReview(new V1SelfSubjectReview()).execute();
    assertThat(review.getStatus().getUserInfo().getUsername())
        .isEqualTo("system:serviceaccount:kube-system:default");
    assertThatThrownBy(() -> new CoreV1Api(other).listNamespacedConfigMap(namespace).execute())
        .isInstanceOfSatisfying(ApiException.class, it -> assertStatus(it, 403, "Forbidden"));
  }

  @Test
  void hearsThatAPodWithoutANodeHasNoLogs() throws Exception {
    var pod =
        (V1Pod)
            Yaml.load(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: waiting}
                spec: {automountServiceAccountToken: false, containers: [{name: c, image: busybox}]}
                """);
    awaitServiceAccount();
    core.createNamespacedPod(namespace, pod).execute();

    // No node has it yet: upstream answers with an empty log, not with an error.
    try (var log = new PodLogs(client).streamNamespacedPodLog(namespace, "waiting", "c")) {
      assertThat(log.readAllBytes()).isEmpty();
    }
  }

  private void awaitServiceAccount() throws Exception {
    var call =
        core.listNamespacedServiceAccount(namespace).watch(true).timeoutSeconds(30).buildCall(null);
    try (Watch<JsonObject> watch =
        Watch.createWatch(client, call, new TypeToken<Watch.Response<JsonObject>>() {}.getType())) {
      assertThat(watch.next().type).isEqualTo("ADDED");
    }
  }

  private static void assertStatus(ApiException refused, int code, String reason) {
    assertThat(refused.getCode()).as(refused.getResponseBody()).isEqualTo(code);
    var status = JsonParser.parseString(refused.getResponseBody()).getAsJsonObject();
    assertThat(status.get("kind").getAsString()).isEqualTo("Status");
    assertThat(status.get("reason").getAsString()).isEqualTo(reason);
  }

  private V1ConfigMap configMap(String name, String value) {
    return new V1ConfigMap()
        .apiVersion("v1")
        .kind("ConfigMap")
        .metadata(
            new V1ObjectMeta().name(name).namespace(namespace).labels(Map.of("test", namespace)))
        .data(Map.of("key", value));
  }
}
