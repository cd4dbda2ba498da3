package io.kubejar.apiserver;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.admissionregistration.v1.MutatingWebhook;
import io.kubejar.api.admissionregistration.v1.MutatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.RuleWithOperations;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhook;
import io.kubejar.api.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.WebhookClientConfig;
import io.kubejar.api.autoscaling.v2.CrossVersionObjectReference;
import io.kubejar.api.autoscaling.v2.HorizontalPodAutoscaler;
import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.defaulting.Defaults;
import io.kubejar.apiserver.registry.Change;
import io.kubejar.apiserver.webhook.WebhookServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Webhooks on real HTTPS servers.
class AdmissionWebhooksTest {
  private final ConcurrentLinkedQueue<JsonObject> questions = new ConcurrentLinkedQueue<>();
  private TestServer server;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    server = TestServer.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void asksWithAllThatUpstreamTells() throws Exception {
    try (var hook = hook(request -> allowed(request))) {
      validate(hook, it -> it);
      var http = Http.as(server, "jane", UserInfo.MASTERS_GROUP);

      http.post(
          "/api/v1/namespaces/default/configmaps?fieldManager=me&fieldValidation=Strict",
          "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"v\"}}");

      var question = questions.element();
      assertThat(question.text("apiVersion")).isEqualTo("admission.k8s.io/v1");
      assertThat(question.text("kind")).isEqualTo("AdmissionReview");
      var request = question.object("request");
      assertThat(request.without("uid").without("object").without("userInfo"))
          .isEqualTo(
              json(
                  """
                  {"kind":{"group":"","version":"v1","kind":"ConfigMap"},
                   "resource":{"group":"","version":"v1","resource":"configmaps"},
                   "requestKind":{"group":"","version":"v1","kind":"ConfigMap"},
                   "requestResource":{"group":"","version":"v1","resource":"configmaps"},
                   "name":"a","namespace":"default","operation":"CREATE","dryRun":false,
                   "oldObject":null,
                   "options":{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1",
                     "fieldManager":"me","fieldValidation":"Strict"}}
                  """));
      assertThat(request.object("userInfo").text("username")).isEqualTo("jane");
      assertThat(request.object("object").object("data")).isEqualTo(json("{\"k\":\"v\"}"));
    }
  }

  @Test
  void refusesInTheWordsOfTheWebhook() throws Exception {
    var denial =
        """
        {"allowed":false,"status":{"code":418,"reason":"Teapot","message":"no coffee here"}}\
        """;
    try (var hook = hook(request -> answer(request, denial))) {
      validate(hook, it -> it);

      var answer =
          Http.as(server, "jane", UserInfo.MASTERS_GROUP)
              .post("/api/v1/namespaces/default/configmaps", "{\"metadata\":{\"name\":\"a\"}}");

      assertThat(Http.status(answer))
          .isEqualTo(
              Map.of(
                  "code", "418",
                  "reason", "Teapot",
                  "message",
                      "admission webhook \"v.example.com\" denied the request: no coffee here"));
    }
  }

  @Test
  void refusesWithoutExplanationAs400() throws Exception {
    try (var hook = hook(request -> answer(request, "{\"allowed\":false}"))) {
      validate(hook, it -> it);

      assertThatThrownBy(() -> create("a"))
          .isInstanceOfSatisfying(
              ApiException.class, refused -> assertThat(refused.code()).isEqualTo(400))
          .hasMessage("admission webhook \"v.example.com\" denied the request without explanation");
    }
  }

  @Test
  void changesObjectsInTheOrderOfTheConfigurationsNames() throws Exception {
    try (var first = hook(request -> patched(request, append("first")));
        var second = hook(request -> patched(request, append("second")))) {
      mutate("b-later", second, it -> it);
      mutate("a-earlier", first, it -> it);

      var created = create("a");

      assertThat(created.data()).containsEntry("trail", "first second");
      assertThat(questions).hasSize(2);
    }
  }

  @Test
  void asksAgainWhoWantsToSeeWhatOthersChanged() throws Exception {
    try (var first = hook(request -> patched(request, append("first")));
        var second = hook(request -> patched(request, append("second")))) {
      mutate("a", first, it -> it.withReinvocationPolicy("IfNeeded"));
      mutate("b", second, it -> it.withReinvocationPolicy("Never"));

      assertThat(create("a").data()).containsEntry("trail", "first second first");
    }
  }

  @Test
  void doesNotAskAgainWhoChangedTheObjectLast() throws Exception {
    try (var only = hook(request -> patched(request, append("only")))) {
      mutate("a", only, it -> it.withReinvocationPolicy("IfNeeded"));

      assertThat(create("a").data()).containsEntry("trail", "only");
    }
  }

  @Test
  void failsClosedOrOpenAsThePolicySays() throws Exception {
    WebhookServer gone = hook(request -> allowed(request));
    gone.close();
    validate(gone, it -> it.withFailurePolicy("Ignore"));

    assertThat(create("a").metadata().name()).isEqualTo("a");

    mutate("m", gone, it -> it.withFailurePolicy("Fail"));
    assertThatThrownBy(() -> create("b"))
        .isInstanceOfSatisfying(
            ApiException.class, refused -> assertThat(refused.code()).isEqualTo(500))
        .hasMessageStartingWith(
            "Internal error occurred: failed calling webhook \"m.example.com\": failed to call"
                + " webhook: Post \""
                + gone.url("/hook?timeout=10s")
                + "\": dial tcp ")
        .hasMessageEndingWith(": connect: connection refused");
  }

  @Test
  void distrustsAnswersToOtherQuestions() throws Exception {
    try (var hook =
        WebhookServer.answering(
            (_, _) ->
                json(
                    """
                    {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview",
                     "response":{"uid":"other","allowed":true}}\
                    """))) {
      validate(hook, it -> it);

      assertThatThrownBy(() -> create("a"))
          .hasMessageContaining("received invalid webhook response: expected response.uid=")
          .hasMessageEndingWith(", got \"other\"");
    }
  }

  @Test
  void refusesPatchesOfValidatingWebhooks() throws Exception {
    try (var hook = hook(request -> patched(request, append("x")))) {
      validate(hook, it -> it);

      assertThatThrownBy(() -> create("a"))
          .hasMessageEndingWith("validating webhook may not return response.patch");
    }
  }

  @Test
  void doesNotAskInDryRunsWhoHasSideEffects() throws Exception {
    try (var hook = hook(request -> allowed(request))) {
      // From a time when this was not refused yet.
      var old = configuration("v", hook, it -> it.withSideEffects("Some"));
      server
          .server()
          .resources()
          .stored(ValidatingWebhookConfiguration.RESOURCE)
          .registry()
          .create(new Change.Put<>(Defaults.of(old)), false);

      var answer =
          Http.as(server, "jane", UserInfo.MASTERS_GROUP)
              .post(
                  "/api/v1/namespaces/default/configmaps?dryRun=All",
                  "{\"metadata\":{\"name\":\"a\"}}");

      assertThat(Http.status(answer))
          .containsEntry("code", "400")
          .containsEntry("message", "admission webhook \"v.example.com\" does not support dry run");
      assertThat(questions).isEmpty();
    }
  }

  @Test
  void asksOnlyAboutSelectedObjects() throws Exception {
    try (var hook = hook(request -> answer(request, "{\"allowed\":false}"))) {
      validate(
          hook,
          it -> it.withObjectSelector(LabelSelector.EMPTY.withMatchLabels(Map.of("ask", "me"))));

      create("a");
      assertThat(questions).isEmpty();
      var labelled = config("b");
      assertThatThrownBy(
              () ->
                  server
                      .admin()
                      .create(
                          ConfigMap.RESOURCE,
                          labelled.withMetadata(
                              labelled.metadata().withLabels(Map.of("ask", "me")))))
          .hasMessageContaining("denied the request");
    }
  }

  @Test
  void asksOnlyInSelectedNamespaces() throws Exception {
    try (var hook = hook(request -> answer(request, "{\"allowed\":false}"))) {
      validate(
          hook,
          it ->
              it.withNamespaceSelector(
                  LabelSelector.EMPTY.withMatchLabels(
                      Map.of("kubernetes.io/metadata.name", "kube-public"))));

      create("a");
      assertThatThrownBy(
              () ->
                  server
                      .admin()
                      .create(
                          ConfigMap.RESOURCE,
                          ConfigMap.EMPTY.withMetadata(
                              ObjectMeta.EMPTY.withName("a").withNamespace("kube-public"))))
          .hasMessageContaining("denied the request");
    }
  }

  @Test
  void showsEquivalentVersionsInTheVersionOfTheRule() throws Exception {
    try (var hook = hook(request -> allowed(request))) {
      validate(hook, it -> it.withRules(List.of(rule("autoscaling", "v1", "*"))));
      server
          .admin()
          .create(
              HorizontalPodAutoscaler.RESOURCE,
              HorizontalPodAutoscaler.EMPTY
                  .withMetadata(World.named("h"))
                  .withSpec(
                      HorizontalPodAutoscaler.EMPTY
                          .spec()
                          .withMaxReplicas(3)
                          .withScaleTargetRef(
                              new CrossVersionObjectReference("Deployment", "d", "apps/v1"))));

      var request = questions.element().object("request");
      assertThat(request.object("kind").text("version")).isEqualTo("v1");
      assertThat(request.object("requestKind").text("version")).isEqualTo("v2");
      assertThat(request.object("object").text("apiVersion")).isEqualTo("autoscaling/v1");
    }
  }

  @Test
  void asksAboutDeletions() throws Exception {
    try (var hook = hook(request -> answer(request, "{\"allowed\":false}"))) {
      create("a");
      validate(hook, it -> it);

      assertThatThrownBy(
              () ->
                  server
                      .admin()
                      .delete(
                          ConfigMap.RESOURCE,
                          new ObjectKey("default", "a"),
                          DeleteOptions.EMPTY.withGracePeriodSeconds(7L)))
          .hasMessageContaining("denied the request");

      var request = questions.element().object("request");
      assertThat(request.text("operation")).isEqualTo("DELETE");
      assertThat(request.object("oldObject").object("metadata").text("name")).isEqualTo("a");
      assertThat(request.object("options"))
          .isEqualTo(
              json(
                  """
                  {"kind":"DeleteOptions","apiVersion":"meta.k8s.io/v1","gracePeriodSeconds":7}\
                  """));
    }
  }

  @Test
  void asksWhetherSomebodyMayConnect() throws Exception {
    try (var hook = hook(request -> answer(request, "{\"allowed\":false}"))) {
      server
          .admin()
          .create(
              io.kubejar.api.core.v1.ServiceAccount.RESOURCE,
              io.kubejar.api.core.v1.ServiceAccount.EMPTY.withMetadata(World.named("default")));
      server.admin().create(io.kubejar.api.core.v1.Pod.RESOURCE, World.pod("p"));
      validate(hook, it -> it);

      var answer =
          Http.as(server, "jane", UserInfo.MASTERS_GROUP)
              .get("/api/v1/namespaces/default/pods/p/exec?command=ls&command=-l&stdout=true");

      assertThat(Http.status(answer).get("message")).contains("denied the request");
      var request = questions.element().object("request");
      assertThat(request.text("operation")).isEqualTo("CONNECT");
      assertThat(request.text("subResource")).isEqualTo("exec");
      assertThat(request.object("object"))
          .isEqualTo(
              json(
                  """
                  {"kind":"PodExecOptions","apiVersion":"v1","stdout":true,
                   "command":["ls","-l"]}\
                  """));
    }
  }

  @Test
  void neverAsksAboutTheConfigurationsOfWebhooks() throws Exception {
    try (var hook = hook(request -> answer(request, "{\"allowed\":false}"))) {
      validate(hook, it -> it.withRules(List.of(rule("*", "*", "*"))));

      server
          .admin()
          .delete(
              ValidatingWebhookConfiguration.RESOURCE,
              ObjectKey.clusterScoped("v"),
              DeleteOptions.EMPTY);

      assertThat(questions).isEmpty();
    }
  }

  @Test
  void passesWarningsOnToTheClient() throws Exception {
    var warning = "{\"allowed\":true,\"warnings\":[\"think twice\"]}";
    try (var hook = hook(request -> answer(request, warning))) {
      validate(hook, it -> it);

      var answer =
          Http.as(server, "jane", UserInfo.MASTERS_GROUP)
              .post("/api/v1/namespaces/default/configmaps", "{\"metadata\":{\"name\":\"a\"}}");

      assertThat(answer.statusCode()).isEqualTo(201);
      assertThat(answer.headers().allValues("warning")).contains("299 - \"think twice\"");
    }
  }

  @Test
  void asksAllValidatingWebhooksAtTheSameTime() throws Exception {
    var bothThere = new CountDownLatch(2);
    try (var hook =
        hook(
            request -> {
              bothThere.countDown();
              bothThere.await(); // Never comes if one waits for the other's answer.
              return allowed(request);
            })) {
      validate("v", hook, it -> it);
      validate("w", hook, it -> it);

      assertThat(create("a").metadata().name()).isEqualTo("a");
    }
  }

  @Test
  void givesUpAfterTheTimeThatTheConfigurationGrants() throws Exception {
    var clock = new VirtualClock();
    var arrived = new CountDownLatch(1);
    var over = new CountDownLatch(1);
    try (var other = TestServer.start(clock);
        var hook =
            WebhookServer.serving(
                exchange -> {
                  exchange.onCancel(over::countDown);
                  arrived.countDown();
                  over.await();
                })) {
      other
          .admin()
          .create(
              ValidatingWebhookConfiguration.RESOURCE,
              configuration("v", hook, it -> it.withTimeoutSeconds(2)));
      var moving =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      arrived.await();
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                    clock.advance(Duration.ofSeconds(2));
                  });

      assertThatThrownBy(() -> other.admin().create(ConfigMap.RESOURCE, config("a")))
          .hasMessageEndingWith("?timeout=2s\": context deadline exceeded");
      moving.join();
      over.await();
    }
  }

  private interface Answers {
    JsonObject answer(JsonObject request) throws Exception;
  }

  private WebhookServer hook(Answers answers) throws IOException {
    return WebhookServer.answering(
        (_, question) -> {
          questions.add(question);
          return answers.answer(question.object("request"));
        });
  }

  private static JsonObject allowed(JsonObject request) {
    return answer(request, "{\"allowed\":true}");
  }

  private static JsonObject answer(JsonObject request, String response) {
    return json("{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\"}")
        .with("response", json(response).with("uid", requireNonNull(request.get("uid"))));
  }

  private static JsonObject patched(JsonObject request, UnaryOperator<String> trail) {
    var before = request.object("object").object("data").text("trail");
    var patch = json("{\"op\":\"add\",\"path\":\"/data/trail\"}");
    var operations =
        new JsonArray(List.<JsonValue>of(patch.with("value", new JsonString(trail.apply(before)))));
    var encoded = Base64.getEncoder().encodeToString(JsonPrinter.printUtf8(operations));
    return answer(
        request, "{\"allowed\":true,\"patchType\":\"JSONPatch\",\"patch\":\"" + encoded + "\"}");
  }

  private static UnaryOperator<String> append(String word) {
    return before -> before.isEmpty() ? word : before + " " + word;
  }

  private ConfigMap create(String name) throws InterruptedException {
    return server.admin().create(ConfigMap.RESOURCE, config(name));
  }

  private static ConfigMap config(String name) {
    return ConfigMap.EMPTY.withMetadata(World.named(name)).withData(Map.of("k", "v"));
  }

  private void validate(WebhookServer hook, UnaryOperator<ValidatingWebhook> change)
      throws InterruptedException {
    validate("v", hook, change);
  }

  private void validate(String name, WebhookServer hook, UnaryOperator<ValidatingWebhook> change)
      throws InterruptedException {
    server
        .admin()
        .create(ValidatingWebhookConfiguration.RESOURCE, configuration(name, hook, change));
  }

  private static ValidatingWebhookConfiguration configuration(
      String name, WebhookServer hook, UnaryOperator<ValidatingWebhook> change) {
    var webhook =
        ValidatingWebhook.EMPTY
            .withName(name + ".example.com")
            .withClientConfig(client(hook))
            .withRules(List.of(rule("", "v1", "*/*"), rule("", "v1", "*")))
            .withSideEffects("None")
            .withAdmissionReviewVersions(List.of("v1"));
    return ValidatingWebhookConfiguration.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withName(name))
        .withWebhooks(List.of(change.apply(webhook)));
  }

  private void mutate(String name, WebhookServer hook, UnaryOperator<MutatingWebhook> change)
      throws InterruptedException {
    var webhook =
        MutatingWebhook.EMPTY
            .withName(name + ".example.com")
            .withClientConfig(client(hook))
            .withRules(List.of(rule("", "v1", "configmaps")))
            .withSideEffects("None")
            .withAdmissionReviewVersions(List.of("v1"));
    server
        .admin()
        .create(
            MutatingWebhookConfiguration.RESOURCE,
            MutatingWebhookConfiguration.EMPTY
                .withMetadata(ObjectMeta.EMPTY.withName(name))
                .withWebhooks(List.of(change.apply(webhook))));
  }

  private static WebhookClientConfig client(WebhookServer hook) {
    return WebhookClientConfig.EMPTY
        .withUrl(hook.url("/hook"))
        .withCaBundle(WebhookServer.caBundle());
  }

  private static RuleWithOperations rule(String group, String version, String resource) {
    return RuleWithOperations.EMPTY
        .withOperations(List.of("*"))
        .withApiGroups(List.of(group))
        .withApiVersions(List.of(version))
        .withResources(List.of(resource));
  }

  private static JsonObject json(String text) {
    return (JsonObject) JsonParser.parse(text);
  }
}
