package io.kubejar.apiserver;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.admissionregistration.v1.MatchCondition;
import io.kubejar.api.admissionregistration.v1.MutatingWebhook;
import io.kubejar.api.admissionregistration.v1.MutatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.RuleWithOperations;
import io.kubejar.api.admissionregistration.v1.WebhookClientConfig;
import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.verbs.ReadOptions;
import io.kubejar.apiserver.webhook.WebhookServer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Webhooks that are old, wrong, or asked about what is special.
class OddWebhooksTest {
  private static final String PATCH = "[{\"op\":\"add\",\"path\":\"/data/new\",\"value\":\"x\"}]";

  private final List<JsonObject> questions = new CopyOnWriteArrayList<>();
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /// A webhook that answers so to everything, in a version of its own.
  private WebhookServer hook(String version, String response) throws Exception {
    return WebhookServer.answering(
        (_, question) -> {
          questions.add(question);
          var uid = requireNonNull(question.object("request").get("uid"));
          return json("{\"apiVersion\":\"admission.k8s.io/%s\",\"kind\":\"AdmissionReview\"}"
                  .formatted(version))
              .with("response", json(response).with("uid", uid));
        });
  }

  private static JsonObject json(String text) {
    return (JsonObject) JsonParser.parse(text);
  }

  private static String encoded(String patch) {
    return Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8));
  }

  private void register(WebhookServer hook, String resource, UnaryOperator<MutatingWebhook> change)
      throws InterruptedException {
    var rule =
        RuleWithOperations.EMPTY
            .withOperations(List.of("*"))
            .withApiGroups(List.of(""))
            .withApiVersions(List.of("v1"))
            .withResources(List.of(resource));
    var webhook =
        MutatingWebhook.EMPTY
            .withName("m.example.com")
            .withClientConfig(
                WebhookClientConfig.EMPTY
                    .withUrl(hook.url("/hook"))
                    .withCaBundle(WebhookServer.caBundle()))
            .withRules(List.of(rule))
            .withSideEffects("None")
            .withAdmissionReviewVersions(List.of("v1"));
    server
        .admin()
        .create(
            MutatingWebhookConfiguration.RESOURCE,
            MutatingWebhookConfiguration.EMPTY
                .withMetadata(ObjectMeta.EMPTY.withName("m"))
                .withWebhooks(List.of(change.apply(webhook))));
    // Admission looks into the cache as it is; a list waits until the cache has what was written.
    assertThat(server.admin().list(MutatingWebhookConfiguration.RESOURCE, ReadOptions.ALL).items())
        .hasSize(1);
  }

  private ConfigMap create() throws InterruptedException {
    return server
        .admin()
        .create(
            ConfigMap.RESOURCE,
            ConfigMap.EMPTY.withMetadata(World.named("a")).withData(Map.of("k", "v")));
  }

  @Test
  void areAskedInTheFirstVersionThatBothSpeak() throws Exception {
    var answer = "{\"allowed\":true,\"patch\":\"%s\"}".formatted(encoded(PATCH));
    try (var hook = hook("v1beta1", answer)) {
      register(
          hook, "configmaps", it -> it.withAdmissionReviewVersions(List.of("v9", "v1beta1", "v1")));

      assertThat(create().data()).containsEntry("new", "x");
      assertThat(questions.getFirst().text("apiVersion")).isEqualTo("admission.k8s.io/v1beta1");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"patch\":\"W10=\"|received invalid webhook response: webhook returned response.patch but"
            + " not response.patchType",
        "\"patchType\":\"JSONPatch\"|received invalid webhook response: webhook returned"
            + " response.patchType but not response.patch",
        "\"patch\":\"e30=\",\"patchType\":\"JSONPatch\"|received undecodable patch in webhook"
            + " response: json: cannot unmarshal",
        "\"patch\":\"W3sib3AiOiJhZGQiLCJwYXRoIjoiL2RhdGEveCIsInZhbHVlIjoiMSJ9XQ==\","
            + "\"patchType\":\"Other\"|unsupported patch type \"Other\"",
      })
  void mayNotAnswerAnyhow(String part, String message) throws Exception {
    try (var hook = hook("v1", "{\"allowed\":true," + part + "}")) {
      register(hook, "configmaps", it -> it);

      assertThatThrownBy(this::create)
          .isInstanceOfSatisfying(
              ApiException.class, refused -> assertThat(refused.code()).isEqualTo(500))
          .hasMessageStartingWith(
              "Internal error occurred: failed calling webhook \"m.example.com\": " + message);
    }
  }

  @Test
  void cannotChangeWhatIsDeleted() throws Exception {
    create();
    var answer =
        "{\"allowed\":true,\"patchType\":\"JSONPatch\",\"patch\":\"%s\"}".formatted(encoded(PATCH));
    try (var hook = hook("v1", answer)) {
      register(hook, "configmaps", it -> it);
      var key = new ObjectKey("default", "a");

      assertThatThrownBy(() -> server.admin().delete(ConfigMap.RESOURCE, key, DeleteOptions.EMPTY))
          .hasMessageContaining(
              "admission webhook \"m.example.com\" attempted to modify the object, which is not"
                  + " supported for this operation");
    }
  }

  private static UnaryOperator<MutatingWebhook> conditional(String policy, String... expressions) {
    var conditions =
        IntStream.range(0, expressions.length)
            .mapToObj(i -> new MatchCondition("c" + i, expressions[i]))
            .toList();
    return it -> it.withMatchConditions(conditions).withFailurePolicy(policy);
  }

  @Test
  void failWithTheirConditionsIfThatMatters() throws Exception {
    try (var hook = hook("v1", "{\"allowed\":true}")) {
      register(hook, "configmaps", conditional("Fail", "object.none == 1", "true"));

      assertThatThrownBy(this::create)
          .isInstanceOfSatisfying(
              ApiException.class, refused -> assertThat(refused.code()).isEqualTo(403))
          .hasMessage(
              "configmaps \"a\" is forbidden: expression 'object.none == 1' resulted in error: no"
                  + " such key: none");
      assertThat(questions).isEmpty();
    }
  }

  @Test
  void areLeftOutByOneConditionWhateverTheOthersSay() throws Exception {
    try (var hook = hook("v1", "{\"allowed\":false}")) {
      register(hook, "configmaps", conditional("Fail", "object.none == 1", "false"));

      create();

      var metrics =
          new String(
              Http.as(server, "admin", UserInfo.MASTERS_GROUP).get("/metrics").body(),
              StandardCharsets.UTF_8);
      var labels =
          "{kind=\"webhook\",name=\"m.example.com\",operation=\"CREATE\",type=\"admit\"} 1";
      assertThat(metrics)
          .contains("apiserver_admission_match_condition_exclusions_total" + labels)
          .contains("apiserver_admission_match_condition_evaluation_errors_total" + labels);
    }
  }

  @Test
  void areLeftOutIfTheirConditionsFailAndThatDoesNotMatter() throws Exception {
    try (var hook = hook("v1", "{\"allowed\":false}")) {
      register(hook, "configmaps", conditional("Ignore", "object.none == 1"));

      create();

      assertThat(questions).isEmpty();
    }
  }

  @Test
  void selectNamespacesByTheirOwnLabels() throws Exception {
    try (var hook = hook("v1", "{\"allowed\":false}")) {
      var wanted = LabelSelector.EMPTY.withMatchLabels(Map.of("ask", "me"));
      register(hook, "namespaces", it -> it.withNamespaceSelector(wanted));
      var named = ObjectMeta.EMPTY.withName("n");
      var plain = server.admin().create(Namespace.RESOURCE, Namespace.EMPTY.withMetadata(named));

      assertThatThrownBy(
              () ->
                  server
                      .admin()
                      .update(
                          Namespace.RESOURCE,
                          plain.withMetadata(plain.metadata().withLabels(Map.of("ask", "me")))))
          .hasMessageContaining("denied the request");
      assertThat(questions).hasSize(1);
    }
  }

  @Test
  void seeSubresourcesOnlyIfTheyNameThem() throws Exception {
    try (var hook = hook("v1", "{\"allowed\":false}")) {
      register(hook, "namespaces/status", it -> it);
      var named = ObjectMeta.EMPTY.withName("n");
      var made = server.admin().create(Namespace.RESOURCE, Namespace.EMPTY.withMetadata(named));

      assertThatThrownBy(() -> server.admin().updateSubresource(Namespace.RESOURCE, made, "status"))
          .hasMessageContaining("denied the request");
      assertThat(questions.getFirst().object("request").text("subResource")).isEqualTo("status");
    }
  }
}
