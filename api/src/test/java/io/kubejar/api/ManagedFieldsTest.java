package io.kubejar.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.apply.ApplyResult.Applied;
import io.kubejar.apimachinery.apply.ApplyResult.Conflicting;
import io.kubejar.apimachinery.apply.FieldManager;
import io.kubejar.apimachinery.apply.FieldSet;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.patch.StrategicMergePatch;
import io.kubejar.apimachinery.schema.Schemas;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.time.VirtualClock;
import org.junit.jupiter.api.Test;

/// Server-side apply and strategic merge with the real types: list kinds, keys, strategies and what
/// is always there.
class ManagedFieldsTest {
  private static final String DEPLOYMENT =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: nginx, namespace: default, labels: {app: nginx}}
      spec:
        progressDeadlineSeconds: 600
        replicas: 1
        revisionHistoryLimit: 10
        selector: {matchLabels: {app: nginx}}
        strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 25%, maxUnavailable: 25%}}
        template:
          metadata: {labels: {app: nginx}}
          spec:
            containers:
            - {name: nginx, image: nginx, imagePullPolicy: Always, terminationMessagePath: /dev/termination-log,
               terminationMessagePolicy: File}
            dnsPolicy: ClusterFirst
            restartPolicy: Always
            schedulerName: default-scheduler
            securityContext: {}
            terminationGracePeriodSeconds: 30
      """;

  private final VirtualClock clock = new VirtualClock();

  private static GroupVersionKind kind(JsonObject object) {
    return GroupVersionKind.parse(object.text("apiVersion"), object.text("kind"));
  }

  private static TypeSchema schema(JsonObject object) {
    return Schemas.of(kind(object)).orElseThrow();
  }

  /// The object as the server has it: read into its record and written again.
  private static JsonObject typed(JsonObject object) {
    return typed(BuiltInResources.find(kind(object)).orElseThrow(), object);
  }

  private static <T extends KubernetesObject> JsonObject typed(
      ResourceType<T> type, JsonObject object) {
    return (JsonObject) type.codec().toTree(type.codec().fromTree(object));
  }

  private static JsonObject yaml(String text) {
    return (JsonObject) Yaml.parse(text);
  }

  private static JsonObject stored(JsonObject object) {
    return typed(
        object.with("metadata", object.object("metadata").with("uid", new JsonString("u"))));
  }

  private FieldManager manager(JsonObject object) {
    return FieldManager.forType(kind(object), schema(object), clock)
        .resetting(FieldSet.ofFields("status"));
  }

  private static JsonObject fields(JsonObject object, int entry) {
    return ((JsonObject) object.object("metadata").list("managedFields").get(entry))
        .object("fieldsV1");
  }

  @Test
  void theCreatorOfADeploymentOwnsWhatItOwnsUpstream() throws InterruptedException {
    var object = typed(yaml(DEPLOYMENT));

    var created = manager(object).update(JsonObject.EMPTY, object, "kubectl-create");

    assertThat(fields(created, 0))
        .hasToString(
            "{\"f:metadata\":{\"f:labels\":{\".\":{},\"f:app\":{}}},"
                + "\"f:spec\":{\"f:progressDeadlineSeconds\":{},\"f:replicas\":{},"
                + "\"f:revisionHistoryLimit\":{},\"f:selector\":{},"
                + "\"f:strategy\":{\"f:rollingUpdate\":{\".\":{},\"f:maxSurge\":{},"
                + "\"f:maxUnavailable\":{}},\"f:type\":{}},"
                + "\"f:template\":{\"f:metadata\":{\"f:labels\":{\".\":{},\"f:app\":{}}},"
                + "\"f:spec\":{\"f:containers\":{\"k:{\\\"name\\\":\\\"nginx\\\"}\":{\".\":{},"
                + "\"f:image\":{},\"f:imagePullPolicy\":{},\"f:name\":{},\"f:resources\":{},"
                + "\"f:terminationMessagePath\":{},\"f:terminationMessagePolicy\":{}}},"
                + "\"f:dnsPolicy\":{},\"f:restartPolicy\":{},\"f:schedulerName\":{},"
                + "\"f:securityContext\":{},\"f:terminationGracePeriodSeconds\":{}}}}}");
  }

  @Test
  void anApplierOwnsExactlyWhatItApplies() throws InterruptedException {
    var config =
        yaml(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: default}
            spec: {selector: {app: web}, ports: [{port: 80}, {port: 53, protocol: UDP, name: dns}]}
            """);

    var applied = manager(config).apply(JsonObject.EMPTY, config, "ci", false).orThrow();

    assertThat(fields(applied, 0))
        .hasToString(
            "{\"f:spec\":{\"f:ports\":{\"k:{\\\"port\\\":53,\\\"protocol\\\":\\\"UDP\\\"}\":{\".\":{},"
                + "\"f:name\":{},\"f:port\":{},\"f:protocol\":{}},"
                + "\"k:{\\\"port\\\":80,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},\"f:port\":{}}},"
                + "\"f:selector\":{}}}");
  }

  @Test
  void applyingAfterCreatingConflictsAndForceTakesOver() throws InterruptedException {
    var live =
        stored(
            manager(yaml(DEPLOYMENT)).update(JsonObject.EMPTY, typed(yaml(DEPLOYMENT)), "creator"));
    var config =
        yaml(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: nginx, namespace: default}
            spec: {template: {spec: {containers: [{name: nginx, image: nginx:2}]}}}
            """);

    var refused = (Conflicting) manager(live).apply(live, config, "ci", false);
    var forced = manager(live).apply(live, config, "ci", true).orThrow();

    assertThat(refused.exception())
        .hasMessage(
            "Apply failed with 1 conflict: conflict with \"creator\" using apps/v1:"
                + " .spec.template.spec.containers[name=\"nginx\"].image");
    var again = stored(forced);
    assertThat(manager(again).apply(again, config, "ci", false))
        .isEqualTo(new Applied(again, false));
  }

  @Test
  void mergesContainersPortsAndVolumesStrategically() throws InterruptedException {
    var live =
        typed(
            yaml(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: a, namespace: b, finalizers: [x/y]}
                spec:
                  volumes: [{name: v, emptyDir: {}}]
                  tolerations: [{key: a, operator: Exists}]
                  containers:
                  - {name: one, image: i, ports: [{containerPort: 80}], env: [{name: A, value: a}]}
                """));
    var patch =
        Yaml.parse(
            """
            metadata: {finalizers: [z/w]}
            spec:
              volumes: [{name: v, $retainKeys: [name, hostPath], hostPath: {path: /x}}]
              tolerations: [{key: b, operator: Exists}]
              containers:
              - {name: one, ports: [{containerPort: 81}], env: [{name: A, $patch: delete}]}
              - {name: two, image: j}
            """);

    var patched = typed(StrategicMergePatch.apply(live, patch, schema(live)));

    assertThat(patched.object("metadata").get("finalizers")).hasToString("[\"z/w\",\"x/y\"]");
    var spec = patched.object("spec");
    assertThat(spec.get("volumes")).isEqualTo(Yaml.parse("[{name: v, hostPath: {path: /x}}]"));
    assertThat(spec.get("tolerations")).isEqualTo(Yaml.parse("[{key: b, operator: Exists}]"));
    assertThat(spec.get("containers"))
        .isEqualTo(
            Yaml.parse(
                "[{name: one, image: i, resources: {}, ports: [{containerPort: 81}, {containerPort:"
                    + " 80}]}, {name: two, image: j, resources: {}}]"));
  }

  @Test
  void everyServedKindHasASchema() {
    for (var type : BuiltInResources.all()) {
      assertThat(Schemas.of(type.gvk())).as(type.gvk().toString()).isPresent();
    }
    assertThat(Schemas.builtIn().groupVersions()).contains("core/v1", "apps/v1");
  }
}
