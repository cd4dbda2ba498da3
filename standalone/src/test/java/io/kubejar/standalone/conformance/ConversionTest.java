package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.at;
import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonArray;

/// Custom resources that a webhook converts between two versions.
final class ConversionTest {
  private static final String AREA =
      "[sig-api-machinery] CustomResourceConversionWebhook [Privileged:ClusterAdmin] ";
  private static final String V1 = "{type: object, properties: {hostPort: {type: string}}}";
  private static final String V2 =
      "{type: object, properties: {host: {type: string}, port: {type: string}}}";

  @Conformance(AREA + "should be able to convert from CR v1 to CR v2")
  void showsTheOldAsNew(Api api) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      var definition = define(api, hooks);
      var path = api.path(definition.apiVersion(), definition.plural());
      api.create(path, definition.instance("one") + "hostPort: 'localhost:8080'\n");

      var converted = api.get(path.replace("/v1/", "/v2/") + "/one");
      assertThat(converted.text("apiVersion")).endsWith("/v2");
      assertThat(converted.text("host")).isEqualTo("localhost");
      assertThat(converted.text("port")).isEqualTo("8080");
      assertThat(converted.has("hostPort")).isFalse();
    }
  }

  @Conformance(AREA + "should be able to convert a non homogeneous list of CRs")
  void showsAListOfBothInEither(Api api) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      var definition = define(api, hooks);
      var v1 = api.path(definition.apiVersion(), definition.plural());
      var v2 = v1.replace("/v1/", "/v2/");
      api.create(v1, definition.instance("one") + "hostPort: 'localhost:8080'\n");
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
      api.create(v1, definition.instance("two") + "hostPort: 'localhost:8080'\n");

      assertThat(items(api.get(v1), "items"))
          .hasSize(2)
          .allMatch(it -> it.text("hostPort").equals("localhost:8080"))
          .noneMatch(it -> it.has("host") || it.has("port"));
      assertThat(items(api.get(v2), "items"))
          .hasSize(2)
          .allMatch(it -> it.text("host").equals("localhost") && it.text("port").equals("8080"))
          .noneMatch(it -> it.has("hostPort"));
    }
  }

  private static Definition define(Api api, Webhooks hooks) throws Exception {
    var definition = Definition.of(api.suffix() + ".example.com", "Converted", V1, "v1", "v2");
    var body = tree(definition.json());
    var second =
        Trees.with(items(body, "spec.versions").get(1), "schema.openAPIV3Schema", tree(V2));
    var versions = JsonArray.of(items(body, "spec.versions").getFirst(), second);
    var conversion =
        tree(
            "{strategy: Webhook, webhook: {conversionReviewVersions: [v1, v1beta1], clientConfig: "
                + hooks.at("/crdconvert")
                + "}}");
    var complete =
        Trees.with(Trees.with(body, "spec.versions", versions), "spec.conversion", conversion);
    api.define(complete.toString());
    return definition;
  }
}
