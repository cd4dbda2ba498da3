package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Event;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.api.core.v1.Toleration;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.apiserver.admission.AdmissionConfiguration;
import io.kubejar.apiserver.admission.AdmissionOptions;
import io.kubejar.apiserver.admission.PluginSettings;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.local.LocalApi;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Plugins that are off unless they are asked for, and what they can be told.
class OptionalPluginsTest {
  private static final String PODS =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: %s, namespace: default}
      spec:
        containers: [{name: c, image: busybox%s}]
        %s
      """;

  private final World world = new World();

  private LocalApi api(String configuration, String... enabled) throws InterruptedException {
    var settings =
        configuration.isEmpty()
            ? PluginSettings.DEFAULT
            : AdmissionConfiguration.read(configuration, path -> "kind: " + path);
    var admission =
        new AdmissionOptions(Set.of(enabled), Set.of("NodeRestriction", "PodSecurity"), settings);
    var options =
        ApiServerOptions.of(world.store, world.clock, new Random(1)).withAdmission(admission);
    var server = new ApiServer(options);
    server.start();
    var api = server.api(UserInfo.of("admin", UserInfo.MASTERS_GROUP), "test");
    if (!Set.of(enabled).contains("AlwaysDeny")) {
      api.create(
          ServiceAccount.RESOURCE, ServiceAccount.EMPTY.withMetadata(World.named("default")));
    }
    return api;
  }

  private static String configuration(String plugin, String settings) {
    return """
    apiVersion: apiserver.config.k8s.io/v1
    kind: AdmissionConfiguration
    plugins:
    - name: %s
      configuration:
    """
            .formatted(plugin)
        + settings.indent(4);
  }

  private static Pod pod(String name, String container, String rest) {
    return Pod.CODEC.fromTree(Yaml.parse(PODS.formatted(name, container, rest)));
  }

  private static void annotate(LocalApi api, String annotation, String value)
      throws InterruptedException {
    var namespace = api.get(Namespace.RESOURCE, ObjectKey.clusterScoped("default"));
    api.update(
        Namespace.RESOURCE,
        namespace.withMetadata(namespace.metadata().withAnnotations(Map.of(annotation, value))));
  }

  @Test
  void pullsImagesAlways() throws InterruptedException {
    var api = api("", "AlwaysPullImages");

    var made = api.create(Pod.RESOURCE, pod("a", ":1, imagePullPolicy: Never", ""));

    assertThat(made.spec().containers().getFirst().imagePullPolicy()).isEqualTo("Always");
  }

  @Test
  void keepsAntiAffinityToHosts() throws InterruptedException {
    var api = api("", "LimitPodHardAntiAffinityTopology");
    var affinity =
        "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
            + " [{topologyKey: %s, labelSelector: {matchLabels: {a: b}}}]}}";

    api.create(Pod.RESOURCE, pod("a", "", affinity.formatted("kubernetes.io/hostname")));
    assertThatThrownBy(() -> api.create(Pod.RESOURCE, pod("b", "", affinity.formatted("zone"))))
        .hasMessage(
            "pods \"b\" is forbidden: affinity.PodAntiAffinity.RequiredDuringScheduling has"
                + " TopologyKey zone but only key kubernetes.io/hostname is allowed");
  }

  @Test
  void toleratesTheNodesOfSpecialResources() throws InterruptedException {
    var api = api("", "ExtendedResourceToleration");
    var resources = ", resources: {limits: {example.com/gpu: 1, cpu: 1}}";

    var made = api.create(Pod.RESOURCE, pod("a", resources, ""));

    assertThat(made.spec().tolerations())
        .contains(
            Toleration.EMPTY
                .withKey("example.com/gpu")
                .withOperator("Exists")
                .withEffect("NoSchedule"));
  }

  @Test
  void refusesNewExternalAddresses() throws InterruptedException {
    var open = api("");
    var service =
        Service.CODEC.fromTree(
            Yaml.parse(
                "{metadata: {name: s, namespace: default}, spec: {ports: [{port: 80}],"
                    + " externalIPs: [192.0.2.1]}}"));
    var made = open.create(Service.RESOURCE, service);
    var api = restarted("DenyServiceExternalIPs");

    api.update(Service.RESOURCE, made.withMetadata(made.metadata().withLabels(Map.of("a", "b"))));
    assertThatThrownBy(() -> api.create(Service.RESOURCE, service.withMetadata(World.named("t"))))
        .hasMessage(
            "services \"t\" is forbidden: Use of external IPs is denied by admission control");
  }

  private LocalApi restarted(String enabled) throws InterruptedException {
    var admission = new AdmissionOptions(Set.of(enabled), Set.of(), PluginSettings.DEFAULT);
    var server =
        new ApiServer(
            ApiServerOptions.of(world.store, world.clock, new Random(1)).withAdmission(admission));
    server.start();
    return server.api(UserInfo.of("admin", UserInfo.MASTERS_GROUP), "test");
  }

  @Test
  void selectsNodesForNamespaces() throws InterruptedException {
    var api =
        api(
            configuration(
                "PodNodeSelector",
                "podNodeSelectorPluginConfig: {clusterDefaultNodeSelector: 'disk=fast', default:"
                    + " 'disk=fast,zone=a'}"),
            "PodNodeSelector");

    assertThat(api.create(Pod.RESOURCE, pod("a", "", "")).spec().nodeSelector())
        .isEqualTo(Map.of("disk", "fast"));
    assertThatThrownBy(() -> api.create(Pod.RESOURCE, pod("b", "", "nodeSelector: {disk: slow}")))
        .hasMessageEndingWith(
            "pod node label selector conflicts with its namespace node label selector");
    assertThatThrownBy(() -> api.create(Pod.RESOURCE, pod("b", "", "nodeSelector: {other: x}")))
        .hasMessageEndingWith(
            "pod node label selector labels conflict with its namespace whitelist");
    annotate(api, "scheduler.alpha.kubernetes.io/node-selector", "zone=a");
    assertThat(api.create(Pod.RESOURCE, pod("c", "", "")).spec().nodeSelector())
        .isEqualTo(Map.of("zone", "a"));
  }

  @Test
  void restrictsTolerations() throws InterruptedException {
    var api =
        api(
            configuration(
                "PodTolerationRestriction",
                """
                apiVersion: podtolerationrestriction.admission.k8s.io/v1alpha1
                kind: Configuration
                default: [{key: team, operator: Equal, value: a, effect: NoSchedule}]
                whitelist: [{key: team, operator: Exists}, {key: node.kubernetes.io/not-ready,
                  operator: Exists}, {key: node.kubernetes.io/unreachable, operator: Exists}]
                """),
            "PodTolerationRestriction");

    assertThat(api.create(Pod.RESOURCE, pod("a", "", "")).spec().tolerations())
        .extracting(Toleration::key)
        .containsExactly("team", "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");
    assertThatThrownBy(
            () ->
                api.create(Pod.RESOURCE, pod("b", "", "tolerations: [{key: x, operator: Exists}]")))
        .hasMessage(
            "pod tolerations (possibly merged with namespace default tolerations) conflict with its"
                + " namespace whitelist");
    annotate(api, "scheduler.alpha.kubernetes.io/tolerationsWhitelist", "");
    assertThat(
            api.create(Pod.RESOURCE, pod("b", "", "tolerations: [{key: x, operator: Exists}]"))
                .spec()
                .tolerations())
        .extracting(Toleration::key)
        .contains("x");
  }

  @Test
  void limitsEvents() throws InterruptedException {
    var api =
        api(
            configuration(
                "EventRateLimit",
                """
                apiVersion: eventratelimit.admission.k8s.io/v1alpha1
                kind: Configuration
                limits: [{type: Namespace, qps: 1, burst: 2, cacheSize: 10}, {type: Server, qps: 100,
                  burst: 100}]
                """),
            "EventRateLimit");
    event(api, "a");
    event(api, "b");

    assertThatThrownBy(() -> event(api, "c"))
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.code()).isEqualTo(429))
        .hasMessage(
            "Too many requests: Too many requests: limit reached on type Namespace for key"
                + " default");
    world.clock.advance(Duration.ofSeconds(1));
    event(api, "c");
  }

  private static void event(LocalApi api, String name) throws InterruptedException {
    api.create(
        Event.RESOURCE,
        Event.CODEC.fromTree(
            Yaml.parse(
                "{metadata: {namespace: default, name: %s}, involvedObject: {namespace: default}}"
                    .formatted(name))));
  }

  @Test
  void makesNamespacesWhenTheyAreWanted() throws InterruptedException {
    var api = api("", "NamespaceAutoProvision");
    var map = ConfigMap.EMPTY.withMetadata(ObjectMeta.EMPTY.withNamespace("new").withName("a"));

    api.create(ConfigMap.RESOURCE, map);

    assertThat(api.get(Namespace.RESOURCE, ObjectKey.clusterScoped("new")).status().phase())
        .isEqualTo("Active");
  }

  @Test
  void deniesEverythingWhenAsked() throws InterruptedException {
    api("");
    var api = restarted("AlwaysDeny");

    assertThatThrownBy(
            () -> api.create(ConfigMap.RESOURCE, ConfigMap.EMPTY.withMetadata(World.named("a"))))
        .hasMessage(
            "configmaps \"a\" is forbidden: admission control is denying all modifications");
  }

  @Test
  void ownersNeedRights() throws Exception {
    var admission =
        new AdmissionOptions(
            Set.of("OwnerReferencesPermissionEnforcement"), Set.of(), PluginSettings.DEFAULT);
    var owned =
        """
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%s", "ownerReferences": [
          {"apiVersion": "v1", "kind": "Secret", "name": "o", "uid": "1",
           "blockOwnerDeletion": %s}]}}
        """;
    try (var server =
        TestServer.start(new RealClock(), options -> options.withAdmission(admission))) {
      var maps = "/api/v1/namespaces/default/configmaps";
      grant(server, "{apiGroups: [''], resources: [configmaps], verbs: [create]}");
      var alice = Http.as(server, "alice");
      assertThat(Http.json(alice.post(maps, owned.formatted("a", "false"))).text("message"))
          .startsWith(
              "configmaps \"a\" is forbidden: cannot set an ownerRef on a resource you can't"
                  + " delete: ");

      grant(server, "{apiGroups: [''], resources: [configmaps], verbs: [create, delete]}");
      assertThat(alice.post(maps, owned.formatted("a", "false")).statusCode()).isEqualTo(201);
      assertThat(Http.json(alice.post(maps, owned.formatted("b", "true"))).text("message"))
          .startsWith(
              "configmaps \"b\" is forbidden: cannot set blockOwnerDeletion if an ownerReference"
                  + " refers to a resource you can't set finalizers on: ");
    }
  }

  /// Gives alice these rights and no others.
  static void grant(TestServer server, String rule) throws Exception {
    var admin = Http.as(server, "admin", UserInfo.MASTERS_GROUP);
    var roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
    var role =
        "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: alice},"
            + " rules: [%s]}".formatted(rule);
    var json = Yaml.parse(role).toString();
    if (admin.post(roles, json).statusCode() != 201) {
      assertThat(
              admin
                  .send("PUT", roles + "/alice", json.getBytes(StandardCharsets.UTF_8))
                  .statusCode())
          .isEqualTo(200);
      return;
    }
    var binding =
        """
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding",
         "metadata": {"name": "alice"}, "subjects": [{"kind": "User", "name": "alice",
         "apiGroup": "rbac.authorization.k8s.io"}], "roleRef": {"kind": "ClusterRole",
         "name": "alice", "apiGroup": "rbac.authorization.k8s.io"}}
        """;
    assertThat(
            admin
                .post("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", binding)
                .statusCode())
        .isEqualTo(201);
  }

  @Test
  void takesPodSecurityFromItsConfiguration() {
    var settings =
        AdmissionConfiguration.read(
            configuration(
                "PodSecurity",
                """
                apiVersion: pod-security.admission.config.k8s.io/v1
                kind: PodSecurityConfiguration
                defaults: {enforce: baseline, enforce-version: v1.30, warn: restricted}
                exemptions: {namespaces: [kube-system], usernames: [bob]}
                """),
            path -> "");

    assertThat(settings.podSecurity().defaults().enforce()).hasToString("baseline:v1.30");
    assertThat(settings.podSecurity().defaults().warn()).hasToString("restricted:latest");
    assertThat(settings.podSecurity().defaults().audit()).hasToString("privileged:latest");
    assertThat(settings.podSecurity().namespaces()).containsExactly("kube-system");
  }

  @Test
  void refusesConfigurationThatItDoesNotUnderstand() {
    var security =
        "apiVersion: pod-security.admission.config.k8s.io/v1\nkind: PodSecurityConfiguration\n";
    for (var wrong :
        List.of(
            configuration("PodSecurity", security + "defaults: {enforce: some}"),
            configuration("PodSecurity", security + "default: {}"),
            configuration("PodSecurity", "kind: Other"),
            configuration("Nonsense", "a: b"),
            configuration(
                "EventRateLimit",
                "apiVersion: eventratelimit.admission.k8s.io/v1alpha1\nkind: Configuration\n"
                    + "limits: [{type: Server, qps: 0, burst: 1}]"))) {
      assertThatThrownBy(() -> AdmissionConfiguration.read(wrong, path -> ""))
          .isInstanceOf(ConfigFileException.class);
    }
  }
}
