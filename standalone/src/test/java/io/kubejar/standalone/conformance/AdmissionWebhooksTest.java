package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.at;
import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static io.kubejar.standalone.conformance.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import java.util.List;

/// Webhooks behind a Service, each bound to the test's own namespace or group.
final class AdmissionWebhooksTest {
  private static final String AREA =
      "[sig-api-machinery] AdmissionWebhook [Privileged:ClusterAdmin] ";
  private static final String ROOT = "/apis/admissionregistration.k8s.io/v1/";
  private static final String CONFIG_MAPS =
      "{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [configmaps]}";

  @Conformance(AREA + "should include webhook resources in discovery documents")
  void standInDiscovery(Api api) throws Exception {
    for (var resource : List.of("mutating", "validating")) {
      Operations.cluster(
              api, "admissionregistration.k8s.io/v1", resource + "webhookconfigurations", "{}")
          .requireInDiscovery();
    }
  }

  @Conformance(AREA + "should be able to deny pod and configmap creation")
  void refusePodsAndConfigMaps(Api api) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      var all =
          "{operations: [CREATE, UPDATE], apiGroups: [''], apiVersions: [v1], resources: [%s]}";
      register(
          api,
          hooks,
          "Validating",
          hook(api, "pods", all.formatted("pods"), hooks.at("/pods"), ""),
          hook(api, "maps", all.formatted("configmaps"), hooks.at("/configmaps"), ""),
          hook(api, "open", CONFIG_MAPS, untrusted(hooks), "failurePolicy: Ignore"));

      var refused = api.post(api.core("pods"), pod("bad", "webhook-disallow", "webhook-disallow"));
      assertThat(message(refused))
          .contains("the pod contains unwanted container name")
          .contains("the pod contains unwanted label");
      var hung = api.post(api.core("pods"), pod("hung", "wait-forever", "c"));
      assertThat(message(hung)).contains("webhook").contains("deadline");
      assertThat(api.tryGet(api.core("pods") + "/hung").code()).isEqualTo(404);

      var unwanted = "the configmap contains unwanted key and value";
      var path = api.core("configmaps");
      assertThat(message(api.post(path, configMap("bad", "webhook-disallow")))).contains(unwanted);
      var good = api.create(path, configMap("good", "fine"));
      var bad = Trees.with(good, "data.webhook-e2e-test", "webhook-disallow");
      assertThat(message(api.put(path + "/good", bad))).contains(unwanted);
      var patch = "{\"data\":{\"webhook-e2e-test\":\"webhook-disallow\"}}";
      assertThat(message(api.send("PATCH", path + "/good", Api.STRATEGIC_PATCH, patch)))
          .contains(unwanted);
      var exempted = namespace(api, "exempted");
      api.create(
          "/api/v1/namespaces/" + exempted + "/configmaps", configMap("bad", "webhook-disallow"));
    }
  }

  @Conformance(AREA + "should be able to deny custom resource creation, update and deletion")
  void refuseCustomResources(Api api) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      var definition = defined(api, Definition.ANYTHING.toString());
      var hook = hookOn(api, definition, hooks.at("/custom-resource"));
      register(
          api, hooks, "Validating", hook.replace("[CREATE, UPDATE]", "[CREATE, UPDATE, DELETE]"));
      var unwanted = "the custom resource contains unwanted data";
      var path = api.path(definition.apiVersion(), definition.plural());
      var bad = definition.instance("bad") + "data: {webhook-e2e-test: webhook-disallow}\n";
      assertThat(message(api.post(path, bad))).contains(unwanted);

      var kept =
          api.create(
              path,
              definition.instance("kept") + "data: {webhook-e2e-test: webhook-nondeletable}\n");
      var changed = Trees.with(kept, "data.webhook-e2e-test", "webhook-disallow");
      assertThat(message(api.put(path + "/kept", changed))).contains(unwanted);
      var deletion = Answer.of(api.client().send("DELETE", path + "/kept", new byte[0]));
      assertThat(message(deletion))
          .contains(
              "the custom resource cannot be deleted because it contains unwanted key and value");
      api.update(path + "/kept", Trees.with(kept, "data.webhook-e2e-test", "webhook-allow"));
      api.delete(path + "/kept");
    }
  }

  @Conformance(AREA + "should unconditionally reject operations on fail closed webhook")
  void failClosedWithoutTrust(Api api) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      register(
          api,
          hooks,
          "Validating",
          hook(api, "closed", CONFIG_MAPS, untrusted(hooks), "failurePolicy: Fail"));

      Api.assertRefused(
          api.post(api.core("configmaps"), configMap("foo", "x")), 500, "InternalError");
    }
  }

  /// A webhook that the server does not believe, and so cannot ask.
  private static String untrusted(Webhooks hooks) {
    return hooks.at("/configmaps").replaceAll(", caBundle: [^}]*", "");
  }

  @Conformance(AREA + "should mutate configmap")
  void changeConfigMapsOneAfterTheOther(Api api) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      registerStages(api, hooks);

      var made = api.create(api.core("configmaps"), toBeMutated("to-be-mutated"));
      assertThat(made.object("data"))
          .isEqualTo(
              tree("{mutation-start: 'yes', mutation-stage-1: 'yes', mutation-stage-2: 'yes'}"));
    }
  }

  private static void registerStages(Api api, Webhooks hooks) throws Exception {
    var client = hooks.at("/mutating-configmaps");
    register(
        api,
        hooks,
        "Mutating",
        hook(api, "stage-1", CONFIG_MAPS, client, ""),
        hook(api, "stage-2", CONFIG_MAPS, client, ""));
  }

  @Conformance(AREA + "should mutate pod and apply defaults after mutation")
  void addAContainerThatGetsItsDefaults(Api api) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      var pods = CONFIG_MAPS.replace("configmaps", "pods");
      register(api, hooks, "Mutating", hook(api, "pods", pods, hooks.at("/mutating-pods"), ""));

      var made = api.create(api.core("pods"), pod("webhook-to-be-mutated", "x", "c"));
      assertThat(items(made, "spec.initContainers")).hasSize(1);
      assertThat(text(made, "spec.initContainers.0.name"))
          .isEqualTo("webhook-added-init-container");
      assertThat(text(made, "spec.initContainers.0.terminationMessagePolicy")).isEqualTo("File");
    }
  }

  @Conformance(
      AREA + "should not be able to mutate or prevent deletion of webhook configuration objects")
  void haveNoSayAboutConfigurations(Api api) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      var rule =
          "{operations: [%s], apiGroups: [admissionregistration.k8s.io], apiVersions: ['*'],"
              + " resources: [validatingwebhookconfigurations, mutatingwebhookconfigurations]}";
      var everywhere = "namespaceSelector: {}";
      register(
          api,
          hooks,
          "Validating",
          hook(api, "v", rule.formatted("DELETE"), hooks.at("/always-deny"), everywhere));
      register(
          api,
          hooks,
          "Mutating",
          hook(api, "m", rule.formatted("CREATE"), hooks.at("/add-label"), everywhere));
      for (var sort : List.of("Validating", "Mutating")) {
        var name = "dummy-" + api.suffix();
        var client = hooks.at("/always-allow-delay-5s");
        var made = create(api, sort, name, hook(api, "dummy", CONFIG_MAPS, client, ""));
        assertThat(text(made, "metadata.labels.added-label")).isEmpty();
        api.delete(path(sort) + "/" + name);
        assertThat(api.tryGet(path(sort) + "/" + name).code()).isEqualTo(404);
      }
    }
  }

  @Conformance(AREA + "should mutate custom resource")
  void changeCustomResources(Api api) throws Exception {
    requireStages(
        api,
        Definition.ANYTHING.toString(),
        "{mutation-start: 'yes', mutation-stage-1: 'yes', mutation-stage-2: 'yes'}");
  }

  @Conformance(AREA + "should mutate custom resource with pruning")
  void changeCustomResourcesWithinTheirSchema(Api api) throws Exception {
    var known = "{mutation-start: {type: string}, mutation-stage-1: {type: string}}";
    requireStages(
        api,
        "{type: object, properties: {data: {type: object, properties: " + known + "}}}",
        "{mutation-start: 'yes', mutation-stage-1: 'yes'}");
  }

  private static void requireStages(Api api, String schema, String data) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      var definition = defined(api, schema);
      var client = hooks.at("/mutating-custom-resource");
      register(
          api,
          hooks,
          "Mutating",
          hookOn(api, definition, client),
          hookOn(api, definition, client).replace("custom.", "later."));

      var path = api.path(definition.apiVersion(), definition.plural());
      var made = api.create(path, definition.instance("cr") + "data: {mutation-start: 'yes'}\n");
      assertThat(made.object("data")).isEqualTo(tree(data));
    }
  }

  @Conformance(AREA + "should mutate custom resource with different stored version")
  void changeCustomResourcesOfAnotherStoredVersion(Api api) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      var definition = Definition.of(api.suffix() + ".example.com", "Stored", ANY, "v1", "v2");
      api.define(definition.json());
      var client = hooks.at("/mutating-custom-resource");
      register(
          api,
          hooks,
          "Mutating",
          hookOn(api, definition, client),
          hookOn(api, definition, client).replace("custom.", "later."));
      var path = api.path(definition.apiVersion(), definition.plural());
      api.create(path, definition.instance("cr") + "data: {mutation-start: 'yes'}\n");
      api.patch(
          definition.definitionPath(),
          Api.JSON_PATCH,
          """
          [{"op":"replace","path":"/spec/versions/0/storage","value":false},
           {"op":"replace","path":"/spec/versions/1/storage","value":true}]
          """);
      api.await(
          Api.DEFINITIONS,
          definition.name(),
          it -> at(it, "status.storedVersions").toString().contains("v2"));
      var other = path.replace("/v1/", "/v2/");
      var patched =
          api.patch(
              other + "/cr",
              Api.JSON_PATCH,
              "[{\"op\":\"add\",\"path\":\"/dummy\",\"value\":\"test\"}]");
      assertThat(patched.object("data"))
          .isEqualTo(
              tree("{mutation-start: 'yes', mutation-stage-1: 'yes', mutation-stage-2: 'yes'}"));
      assertThat(patched.text("dummy")).isEqualTo("test");
    }
  }

  private static final String ANY = "{type: object, x-kubernetes-preserve-unknown-fields: true}";

  @Conformance(AREA + "should deny crd creation")
  void refuseDefinitions(Api api) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      var rule =
          "{operations: [CREATE], apiGroups: [apiextensions.k8s.io], apiVersions: ['*'],"
              + " resources: [customresourcedefinitions]}";
      // Cluster-scoped objects have no namespace to select by; the label keeps other tests out.
      var mine =
          "objectSelector: {matchLabels: {test: %s}}\nnamespaceSelector: {}"
              .formatted(api.namespace());
      register(api, hooks, "Validating", hook(api, "crd", rule, hooks.at("/crd"), mine));

      var definition = Definition.anything(api.suffix());
      var labels = tree("{webhook-e2e-test: webhook-disallow, test: " + api.namespace() + "}");
      var body = Trees.with(tree(definition.json()), "metadata.labels", labels);
      assertThat(message(api.post(Api.DEFINITIONS, body.toString())))
          .contains("the crd contains unwanted label");
    }
  }

  @Conformance(AREA + "should honor timeout")
  void areWaitedForAsLongAsGranted(Api api) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      assertSlow(
          api,
          hooks,
          "timeoutSeconds: 1\nfailurePolicy: Fail",
          "/always-allow-delay-5s?timeout=1s\": context deadline exceeded");
      assertSlow(api, hooks, "timeoutSeconds: 1\nfailurePolicy: Ignore", "");
      assertSlow(api, hooks, "timeoutSeconds: 10\nfailurePolicy: Fail", "");
      assertSlow(api, hooks, "failurePolicy: Fail", "");
    }
  }

  private static void assertSlow(Api api, Webhooks hooks, String more, String error)
      throws Exception {
    var client = hooks.at("/always-allow-delay-5s");
    register(api, hooks, "Validating", hook(api, "slow", CONFIG_MAPS, client, more));
    var answer =
        api.post(
            api.core("configmaps"),
            "{apiVersion: v1, kind: ConfigMap, metadata: {generateName: slow-}}");
    if (error.isEmpty()) {
      answer.expect(201);
    } else {
      assertThat(message(answer)).contains(error);
    }
    api.delete(path("Validating") + "/" + name(api));
  }

  @Conformance(AREA + "patching/updating a validating webhook should work")
  void followChangesOfValidatingConfigurations(Api api) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      register(api, hooks, "Validating", hook(api, "v", CONFIG_MAPS, hooks.at("/configmaps"), ""));
      requireFollowing(
          api, "Validating", number -> "webhook-disallow", answer -> answer.code() != 201);
    }
  }

  @Conformance(AREA + "patching/updating a mutating webhook should work")
  void followChangesOfMutatingConfigurations(Api api) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      register(
          api,
          hooks,
          "Mutating",
          hook(api, "m", CONFIG_MAPS, hooks.at("/mutating-configmaps"), ""));
      requireFollowing(
          api, "Mutating", number -> "x", answer -> answer.text().contains("mutation-stage-1"));
    }
  }

  /// The webhook acts, then an update takes creations from it, then a patch gives them back.
  private static void requireFollowing(
      Api api,
      String sort,
      java.util.function.IntFunction<String> value,
      java.util.function.Predicate<Answer> acted)
      throws Exception {
    var one = path(sort) + "/" + name(api);
    assertThat(acted.test(attempt(api, value.apply(0)))).isTrue();
    var operations = "webhooks.0.rules.0.operations";
    var update = tree("{o: [UPDATE]}");
    api.update(one, Trees.with(api.get(one), operations, at(update, "o")));
    while (acted.test(attempt(api, value.apply(1)))) {
      // Until the server has seen the update.
    }
    var before = Long.parseLong(text(api.get(one), "metadata.resourceVersion"));
    var patched =
        api.patch(
            one,
            Api.JSON_PATCH,
            "[{\"op\":\"replace\",\"path\":\"/webhooks/0/rules/0/operations\",\"value\":"
                + "[\"CREATE\"]}]");
    assertThat(Long.parseLong(text(patched, "metadata.resourceVersion"))).isGreaterThan(before);
    while (!acted.test(attempt(api, value.apply(2)))) {
      // Until the server has seen the patch.
    }
  }

  private static Answer attempt(Api api, String value) throws Exception {
    return api.post(
        api.core("configmaps"),
        """
        {apiVersion: v1, kind: ConfigMap, metadata: {generateName: map-},
         data: {mutation-start: 'yes', webhook-e2e-test: %s}}
        """
            .formatted(value));
  }

  @Conformance(AREA + "listing validating webhooks should work")
  void listAndDeleteValidatingConfigurations(Api api) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      var client = hooks.at("/configmaps");
      requireList(api, "Validating", client, answer -> answer.code() != 201);
    }
  }

  @Conformance(AREA + "listing mutating webhooks should work")
  void listAndDeleteMutatingConfigurations(Api api) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      var client = hooks.at("/mutating-configmaps");
      requireList(api, "Mutating", client, answer -> answer.text().contains("mutation-stage-1"));
    }
  }

  private static void requireList(
      Api api, String sort, String client, java.util.function.Predicate<Answer> acted)
      throws Exception {
    for (int i = 0; i < 10; i++) {
      create(api, sort, name(api) + "-" + i, hook(api, "h" + i, CONFIG_MAPS, client, ""));
    }
    var mine = path(sort) + "?labelSelector=test%3D" + api.namespace();
    assertThat(names(api.get(mine))).hasSize(10);
    while (!acted.test(attempt(api, "webhook-disallow"))) {
      // Until the server has seen the configurations.
    }
    api.delete(mine);
    assertThat(names(api.get(mine))).isEmpty();
    while (acted.test(attempt(api, "webhook-disallow"))) {
      // Until the server has seen that they are gone.
    }
  }

  @Conformance(
      AREA
          + "should be able to create and update validating webhook configurations with match"
          + " conditions")
  void keepConditionsOfValidatingConfigurations(Api api) throws Exception {
    requireConditions(api, "Validating");
  }

  @Conformance(
      AREA
          + "should be able to create and update mutating webhook configurations with match"
          + " conditions")
  void keepConditionsOfMutatingConfigurations(Api api) throws Exception {
    requireConditions(api, "Mutating");
  }

  private static void requireConditions(Api api, String sort) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      var production = "{name: one, expression: \"object.metadata.namespace == 'production'\"}";
      var staging = "{name: two, expression: \"object.metadata.namespace == 'staging'\"}";
      var first = "matchConditions: [" + production + "]";
      var hook = hook(api, "c", CONFIG_MAPS, hooks.at("/always-deny"), first);
      var made = create(api, sort, name(api), hook);
      var one = path(sort) + "/" + name(api);
      var wanted = at(tree("{c: [" + production + "]}"), "c");
      assertThat(at(made, "webhooks.0.matchConditions")).isEqualTo(wanted);
      var other = tree("{c: [" + production + ", " + staging + "]}");
      api.update(one, Trees.with(api.get(one), "webhooks.0.matchConditions", at(other, "c")));
      assertThat(at(api.get(one), "webhooks.0.matchConditions")).isEqualTo(at(other, "c"));
    }
  }

  @Conformance(
      AREA + "should reject validating webhook configurations with invalid match conditions")
  void mayNotHaveWrongConditionsWhenTheyValidate(Api api) throws Exception {
    requireCompiledConditions(api, "Validating");
  }

  @Conformance(AREA + "should reject mutating webhook configurations with invalid match conditions")
  void mayNotHaveWrongConditionsWhenTheyMutate(Api api) throws Exception {
    requireCompiledConditions(api, "Mutating");
  }

  private static void requireCompiledConditions(Api api, String sort) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      var wrong = "matchConditions: [{name: wrong, expression: '... [] bad expression'}]";
      var hook = hook(api, "c", CONFIG_MAPS, hooks.at("/always-deny"), wrong);

      var refused = api.post(path(sort), configuration(api, sort, name(api), hook));

      assertThat(refused.code()).isEqualTo(422);
      assertThat(message(refused)).contains("compilation failed");
    }
  }

  @Conformance(AREA + "should mutate everything except 'skip-me' configmaps")
  void leaveAloneWhatTheConditionsExclude(Api api) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      var condition =
          "matchConditions: [{name: skip-me, expression: 'object.metadata.name != \"skip-me\"'}]";
      var client = hooks.at("/mutating-configmaps");
      register(api, hooks, "Mutating", hook(api, "m", CONFIG_MAPS, client, condition));

      var skipped = api.create(api.core("configmaps"), toBeMutated("skip-me"));
      assertThat(skipped.object("data")).isEqualTo(tree("{mutation-start: 'yes'}"));
      var changed = api.create(api.core("configmaps"), toBeMutated("change-me"));
      assertThat(changed.object("data"))
          .isEqualTo(tree("{mutation-start: 'yes', mutation-stage-1: 'yes'}"));
    }
  }

  private static Definition defined(Api api, String schema) throws Exception {
    var definition = Definition.of(api.suffix() + ".example.com", "Hooked", schema, "v1");
    api.define(definition.json());
    return definition;
  }

  /// Makes a configuration of these webhooks and one more, of which it can be seen that the server
  /// knows it: upstream's tests wait in the same way.
  private static void register(Api api, Webhooks hooks, String sort, String... webhooks)
      throws Exception {
    var markers = namespace(api, "markers");
    var ready =
        hook(api, "ready", CONFIG_MAPS, hooks.at("/always-deny"), "")
            .replace("test: " + api.namespace(), "test: " + markers);
    create(api, sort, name(api), String.join("", webhooks) + ready);
    var path = "/api/v1/namespaces/" + markers + "/configmaps";
    while (api.post(path + "?dryRun=All", configMap("marker", "x")).code() == 201) {
      // Until the server has seen the configuration.
    }
  }

  private static String namespace(Api api, String purpose) throws Exception {
    var name = api.namespace() + "-" + purpose;
    var answer =
        api.post(
            "/api/v1/namespaces",
            "{apiVersion: v1, kind: Namespace, metadata: {name: %1$s, labels: {test: %1$s}}}"
                .formatted(name));
    assertThat(answer.code()).isIn(201, 409);
    return name;
  }

  private static JsonObject create(Api api, String sort, String name, String webhooks)
      throws Exception {
    return api.create(path(sort), configuration(api, sort, name, webhooks));
  }

  private static String configuration(Api api, String sort, String name, String webhooks) {
    return """
    apiVersion: admissionregistration.k8s.io/v1
    kind: %sWebhookConfiguration
    metadata: {name: %s, labels: {test: %s}}
    webhooks:
    %s\
    """
        .formatted(sort, name, api.namespace(), webhooks);
  }

  private static String hook(Api api, String name, String rule, String client, String more) {
    var selector =
        more.contains("namespaceSelector")
            ? ""
            : "  namespaceSelector: {matchLabels: {test: %s}}\n".formatted(api.namespace());
    return """
    - name: %s.%s.example.com
      sideEffects: None
      admissionReviewVersions: [v1, v1beta1]
      rules: [%s]
      clientConfig: %s
    %s%s\
    """
        .formatted(
            name, api.suffix(), rule, client, selector, more.isEmpty() ? "" : more.indent(2));
  }

  private static String hookOn(Api api, Definition definition, String client) {
    var rule =
        "{operations: [CREATE, UPDATE], apiGroups: [%s], apiVersions: ['*'], resources: [%s]}"
            .formatted(definition.group(), definition.plural());
    return hook(api, "custom", rule, client, "");
  }

  private static String path(String sort) {
    return ROOT + sort.toLowerCase(java.util.Locale.ROOT) + "webhookconfigurations";
  }

  private static String name(Api api) {
    return "e2e-" + api.suffix();
  }

  private static String message(Answer refused) {
    assertThat(refused.code()).as(refused.text()).isGreaterThanOrEqualTo(400);
    return refused.json().text("message");
  }

  private static String configMap(String name, String value) {
    return "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}, data: {webhook-e2e-test: %s}}"
        .formatted(name, value);
  }

  private static String toBeMutated(String name) {
    return "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}, data: {mutation-start: 'yes'}}"
        .formatted(name);
  }

  private static String pod(String name, String label, String container) {
    return """
    {apiVersion: v1, kind: Pod, metadata: {name: %s, labels: {webhook-e2e-test: %s}},
     spec: {containers: [{name: %s, image: pause}]}}
    """
        .formatted(name, label, container);
  }
}
