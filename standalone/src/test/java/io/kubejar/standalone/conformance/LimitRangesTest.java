package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.at;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static io.kubejar.standalone.conformance.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

/// Limit ranges, and what they do to pods.
final class LimitRangesTest {
  private static final String AREA = "[sig-scheduling] LimitRange ";
  private static final String LIMITS =
      """
      - type: Container
        min: {cpu: 50m, memory: 100Mi, ephemeral-storage: 100Gi}
        max: {cpu: 500m, memory: 500Mi, ephemeral-storage: 500Gi}
        default: {cpu: 500m, memory: 500Mi, ephemeral-storage: 500Gi}
        defaultRequest: {cpu: 100m, memory: 200Mi, ephemeral-storage: 200Gi}
      """;
  private static final String NEW_MIN = "{cpu: 9m, memory: 49Mi, ephemeral-storage: 49Gi}";
  private static final String TOO_LITTLE =
      "{requests: {cpu: 10m, memory: 50Mi, ephemeral-storage: 50Gi}}";
  private static final String TOO_MUCH =
      "{requests: {cpu: 600m, memory: 600Mi, ephemeral-storage: 600Gi}}";

  @Conformance(
      AREA + "should create a LimitRange with defaults and ensure pod has those defaults applied.")
  void defaultsAndBounds(Api api) throws Exception {
    var collection = api.core("limitranges");
    var since = text(api.get(collection), "metadata.resourceVersion");
    api.create(collection, limitRange("limit-range", "time: now"));
    try (var watch = api.watch(collection, "labelSelector=time%3Dnow&resourceVersion=" + since)) {
      assertThat(watch.next().type()).isEqualTo("ADDED");
    }
    var one = collection + "/limit-range";
    var limits = api.get(one);
    var limit = at(limits, "spec.limits.0");
    assertThat(limit).isEqualTo(at(tree("limits:\n" + LIMITS), "limits.0"));

    var plain = pod(api, "pod-no-resources", "{}").expect(201);
    assertThat(at(plain, "spec.containers.0.resources.requests"))
        .isEqualTo(at(limit, "defaultRequest"));
    assertThat(at(plain, "spec.containers.0.resources.limits")).isEqualTo(at(limit, "default"));

    // A limit without a request is the request too; only where neither is said the default counts.
    var partial = "{requests: {memory: 150Mi, ephemeral-storage: 150Gi}, limits: {cpu: 300m}}";
    assertThat(
            at(
                pod(api, "pod-partial-resources", partial).expect(201),
                "spec.containers.0.resources"))
        .isEqualTo(
            tree(
                """
                requests: {cpu: 300m, memory: 150Mi, ephemeral-storage: 150Gi}
                limits: {cpu: 300m, memory: 500Mi, ephemeral-storage: 500Gi}
                """));
    Api.assertRefused(pod(api, "pfpod", TOO_LITTLE), 403, "Forbidden");
    Api.assertRefused(pod(api, "pfpod", TOO_MUCH), 422, "Invalid");

    api.update(one, Trees.with(limits, "spec.limits.0.min", tree(NEW_MIN)));
    assertThat(at(api.get(one), "spec.limits.0.min")).isEqualTo(tree(NEW_MIN));
    pod(api, "pfpod", TOO_LITTLE).expect(201);
    Api.assertRefused(pod(api, "pfpod2", TOO_MUCH), 422, "Invalid");
    api.delete(one, "{apiVersion: v1, kind: DeleteOptions, gracePeriodSeconds: 30}");
    assertThat(names(api.get(collection))).isEmpty();
    pod(api, "pfpod2", TOO_MUCH).expect(201);
  }

  private static Answer pod(Api api, String name, String resources) throws Exception {
    var body =
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec: {containers: [{name: pause, image: pause, resources: %s}]}
        """;
    return api.post(api.core("pods"), body.formatted(name, resources));
  }

  @Conformance(AREA + "should list, patch and delete a LimitRange by collection")
  void collections(Api api) throws Exception {
    var name = "e2e-limitrange-" + api.suffix();
    var labels = "e2e-test: %1$s, %1$s: created".formatted(name);
    api.create(api.core("limitranges"), limitRange(name, labels));
    var other = api.namespace() + "-other";
    api.create("/api/v1/namespaces", "{metadata: {name: %s}}".formatted(other));
    api.create("/api/v1/namespaces/" + other + "/limitranges", limitRange(name, labels));
    var everywhere = "/api/v1/limitranges?labelSelector=e2e-test%3D" + name;
    assertThat(names(api.get(everywhere))).containsExactly(name, name);

    var one = api.core("limitranges/" + name);
    var limits = Trees.with(api.get(one), "spec.limits.0.min", tree(NEW_MIN)).object("spec");
    var labelled = tree("{metadata: {labels: {%s: patched}}}".formatted(name));
    var patched = api.patch(one, Api.STRATEGIC_PATCH, labelled.with("spec", limits).toString());
    assertThat(at(patched, "metadata.labels").toString()).contains("\"" + name + "\":\"patched\"");
    assertThat(at(patched, "spec.limits.0.min")).isEqualTo(tree(NEW_MIN));

    api.delete(api.core("limitranges") + "?labelSelector=" + name + "%3Dpatched");
    assertThat(api.tryGet(one).code()).isEqualTo(404);
    assertThat(names(api.get(everywhere))).containsExactly(name);
    api.delete("/api/v1/namespaces/" + other);
  }

  private static String limitRange(String name, String labels) {
    var head =
        """
        apiVersion: v1
        kind: LimitRange
        metadata: {name: %s, labels: {%s}}
        spec:
          limits:
        """;
    return head.formatted(name, labels) + LIMITS.indent(2);
  }
}
