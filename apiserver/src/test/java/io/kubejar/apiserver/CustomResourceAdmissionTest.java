package io.kubejar.apiserver;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.admissionregistration.v1.MutatingWebhook;
import io.kubejar.api.admissionregistration.v1.MutatingWebhookConfiguration;
import io.kubejar.api.admissionregistration.v1.RuleWithOperations;
import io.kubejar.api.admissionregistration.v1.WebhookClientConfig;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.core.v1.ResourceQuota;
import io.kubejar.api.core.v1.ResourceQuotaSpec;
import io.kubejar.api.core.v1.ResourceQuotaStatus;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apimachinery.unstructured.UnstructuredCodec;
import io.kubejar.apimachinery.unstructured.UnstructuredTypes;
import io.kubejar.apiserver.webhook.WebhookServer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Custom resources are admitted like all others.
class CustomResourceAdmissionTest {
  private static final GroupVersionKind V2 =
      new GroupVersionKind("stable.example.com", "v2", "CronTab");
  private static final ResourceType<Unstructured> CRONTABS_V2 =
      UnstructuredTypes.of(V2, "crontabs", true);

  private World world;

  @BeforeEach
  void define() throws InterruptedException {
    world = World.started();
    var tree =
        Yaml.parse(
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: crontabs.stable.example.com}
            spec:
              group: stable.example.com
              scope: Namespaced
              names: {plural: crontabs, kind: CronTab}
              versions:
              - name: v1
                served: true
                storage: true
                schema: &schema
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec: {type: object, properties: {image: {type: string}}}
              - name: v2
                served: true
                storage: false
                schema: *schema
            """
                .getBytes(StandardCharsets.UTF_8));
    world.api.create(
        CustomResourceDefinition.RESOURCE, CustomResourceDefinition.CODEC.fromTree(tree));
    world.settle();
  }

  @Test
  void letsWebhooksOfOneVersionChangeObjectsOfAnother() throws Exception {
    var seen = new AtomicReference<JsonObject>();
    var patch =
        "[{\"op\":\"add\",\"path\":\"/spec\",\"value\":{\"image\":\"hook\",\"unknown\":1}}]";
    try (var hook =
        WebhookServer.answering(
            (_, question) -> {
              seen.set(question.object("request"));
              return answer(question.object("request"), patch);
            })) {
      configure(hook);

      var created = world.api.create(CRONTABS_V2, cronTab());

      assertThat(seen.get().object("object").text("apiVersion")).isEqualTo("stable.example.com/v1");
      assertThat(seen.get().object("requestKind").text("version")).isEqualTo("v2");
      assertThat(created.apiVersion()).isEqualTo("stable.example.com/v2");
      var spec = ((JsonObject) new UnstructuredCodec(V2).toTree(created)).object("spec");
      // What the schema does not know is pruned after webhooks, too.
      assertThat(spec).isEqualTo(JsonParser.parse("{\"image\":\"hook\"}"));
    }
  }

  @Test
  void countsCustomResourcesForQuotas() throws InterruptedException {
    var hard = Map.of("count/crontabs.stable.example.com", Quantity.ZERO);
    var quota =
        world.api.create(
            ResourceQuota.RESOURCE,
            ResourceQuota.EMPTY
                .withMetadata(World.named("q"))
                .withSpec(ResourceQuotaSpec.EMPTY.withHard(hard)));
    world.api.updateSubresource(
        ResourceQuota.RESOURCE,
        quota.withStatus(ResourceQuotaStatus.EMPTY.withHard(hard).withUsed(hard)),
        "status");

    assertThatThrownBy(() -> world.api.create(CRONTABS_V2, cronTab()))
        .hasMessage(
            "crontabs.stable.example.com \"mine\" is forbidden: exceeded quota: q, requested:"
                + " count/crontabs.stable.example.com=1, used:"
                + " count/crontabs.stable.example.com=0, limited:"
                + " count/crontabs.stable.example.com=0");
  }

  private void configure(WebhookServer hook) throws InterruptedException {
    var rule =
        RuleWithOperations.EMPTY
            .withOperations(List.of("CREATE"))
            .withApiGroups(List.of("stable.example.com"))
            .withApiVersions(List.of("v1"))
            .withResources(List.of("crontabs"));
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
    world.api.create(
        MutatingWebhookConfiguration.RESOURCE,
        MutatingWebhookConfiguration.EMPTY
            .withMetadata(ObjectMeta.EMPTY.withName("m"))
            .withWebhooks(List.of(webhook)));
  }

  private static JsonObject answer(JsonObject request, String patch) {
    var encoded = Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8));
    var response =
        (JsonObject)
            JsonParser.parse(
                "{\"allowed\":true,\"patchType\":\"JSONPatch\",\"patch\":\"" + encoded + "\"}");
    return ((JsonObject)
            JsonParser.parse(
                "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\"}"))
        .with("response", response.with("uid", requireNonNull(request.get("uid"))));
  }

  private static Unstructured cronTab() {
    return new UnstructuredCodec(V2)
        .fromTree(
            JsonParser.parse(
                """
                {"apiVersion":"stable.example.com/v2","kind":"CronTab",
                 "metadata":{"name":"mine","namespace":"default"}}\
                """));
  }
}
