package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static io.kubejar.standalone.conformance.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;

/// Quotas: their status, what they count, and what they refuse.
final class QuotaTest {
  private static final String AREA = "[sig-api-machinery] ResourceQuota ";
  private static final String WANTS =
      "{requests: {cpu: 500m, memory: 200Mi}, limits: {cpu: '1', memory: 400Mi}}";

  /// What upstream's quota limits.
  private static final String FULL =
      """
      pods: '5'
      services: '10'
      services.nodeports: '1'
      services.loadbalancers: '1'
      replicationcontrollers: '10'
      resourcequotas: '1'
      cpu: '1'
      memory: 500Mi
      configmaps: '10'
      secrets: '10'
      persistentvolumeclaims: '10'
      requests.storage: 10Gi
      ephemeral-storage: 50Gi
      gold.storageclass.storage.k8s.io/persistentvolumeclaims: '10'
      gold.storageclass.storage.k8s.io/requests.storage: 10Gi
      count/replicasets.apps: '5'
      requests.example.com/dongle: '3'
      """;

  private static final String HALF = "{cpu: 500m, memory: 500Mi}";
  private static final String WHOLE = "{cpu: '1', memory: 1Gi}";

  @Conformance(AREA + "should create a ResourceQuota and ensure its status is promptly calculated.")
  void countFromTheBeginning(Api api) throws Exception {
    quota(api, FULL);
    awaitUsed(api, "{resourcequotas: '1', services: '0', pods: '0'}");
  }

  @Conformance(AREA + "should be able to update and delete ResourceQuota.")
  void canBeChangedAndDeleted(Api api) throws Exception {
    var made = quota(api, "{cpu: '1', memory: 500Mi}");
    assertThat(made.object("spec").object("hard")).isEqualTo(tree("{cpu: '1', memory: 500Mi}"));
    var one = api.core("resourcequotas/test-quota");
    assertThat(api.get(one).object("spec")).isEqualTo(made.object("spec"));
    var current = api.await(api.core("resourcequotas"), "test-quota", it -> used(it).has("cpu"));
    var wanted = Trees.with(current, "spec.hard", tree("{cpu: '2', memory: 1Gi}"));
    var updated = api.update(one, wanted);
    assertThat(updated.object("spec").object("hard")).isEqualTo(tree("{cpu: '2', memory: 1Gi}"));
    assertThat(api.get(one).object("spec")).isEqualTo(updated.object("spec"));
    api.delete(one);
    assertThat(api.tryGet(one).code()).isEqualTo(404);
  }

  @Conformance(AREA + "should create a ResourceQuota and capture the life of a configMap.")
  void countConfigMaps(Api api) throws Exception {
    // The controllers keep one ConfigMap of their own in every namespace.
    api.await(api.core("configmaps"), "kube-root-ca.crt", _ -> true);
    quota(api, FULL.replace("configmaps: '10'", "configmaps: '2'"));
    awaitUsed(api, "{resourcequotas: '1', configmaps: '1'}");
    var body = "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}, data: {a: b}}";
    api.create(api.core("configmaps"), body.formatted("one"));
    awaitUsed(api, "{configmaps: '2'}");
    Api.assertRefused(api.post(api.core("configmaps"), body.formatted("two")), 403, "Forbidden");
    api.delete(api.core("configmaps/one"));
    awaitUsed(api, "{configmaps: '1'}");
  }

  @Conformance(AREA + "should create a ResourceQuota and capture the life of a secret.")
  void countSecrets(Api api) throws Exception {
    quota(api, FULL.replace("secrets: '10'", "secrets: '1'"));
    awaitUsed(api, "{resourcequotas: '1', secrets: '0'}");
    api.create(api.core("secrets"), "{apiVersion: v1, kind: Secret, metadata: {name: one}}");
    awaitUsed(api, "{secrets: '1'}");
    api.delete(api.core("secrets/one"));
    awaitUsed(api, "{secrets: '0'}");
  }

  @Conformance(AREA + "should create a ResourceQuota and capture the life of a replica set.")
  void countReplicaSets(Api api) throws Exception {
    requireCountOfControllers(
        api, "count/replicasets.apps", api.path("apps/v1", "replicasets"), "apps/v1", "ReplicaSet");
  }

  @Conformance(
      AREA + "should create a ResourceQuota and capture the life of a replication controller.")
  void countReplicationControllers(Api api) throws Exception {
    requireCountOfControllers(
        api,
        "replicationcontrollers",
        api.core("replicationcontrollers"),
        "v1",
        "ReplicationController");
  }

  private static void requireCountOfControllers(
      Api api, String resource, String collection, String version, String kind) throws Exception {
    quota(api, FULL);
    awaitUsed(api, "{resourcequotas: '1', %s: '0'}".formatted(resource));
    var selector = version.equals("v1") ? "{name: a}" : "{matchLabels: {name: a}}";
    api.create(
        collection,
        """
        apiVersion: %s
        kind: %s
        metadata: {name: one}
        spec:
          replicas: 0
          selector: %s
          template:
            metadata: {labels: {name: a}}
            spec: {containers: [{name: c, image: pause}]}
        """
            .formatted(version, kind, selector));
    awaitUsed(api, "{%s: '1'}".formatted(resource));
    api.delete(
        collection + "/one",
        "{apiVersion: v1, kind: DeleteOptions, propagationPolicy: Background}");
    awaitUsed(api, "{%s: '0'}".formatted(resource));
  }

  @Conformance(AREA + "should create a ResourceQuota and capture the life of a service.")
  void countServices(Api api) throws Exception {
    quota(api, FULL);
    awaitUsed(
        api,
        "{resourcequotas: '1', services: '0', services.nodeports: '0', services.loadbalancers:"
            + " '0'}");
    service(api, "cluster", "ClusterIP").expect(201);
    service(api, "node", "NodePort").expect(201);
    Api.assertRefused(service(api, "load", "LoadBalancer"), 403, "Forbidden");
    awaitUsed(api, "{services: '2', services.nodeports: '1', services.loadbalancers: '0'}");
    api.delete(api.core("services/cluster"));
    api.delete(api.core("services/node"));
    awaitUsed(api, "{services: '0', services.nodeports: '0', services.loadbalancers: '0'}");
  }

  private static Answer service(Api api, String name, String type) throws Exception {
    return api.post(
        api.core("services"),
        "{apiVersion: v1, kind: Service, metadata: {name: %s}, spec: {type: %s, ports: [{port: 80}]}}"
            .formatted(name, type));
  }

  @Conformance(AREA + "should create a ResourceQuota and capture the life of a pod.")
  void countPodsAndWhatTheyWant(Api api) throws Exception {
    quota(api, FULL);
    awaitUsed(api, "{resourcequotas: '1'}");
    var none =
        "{pods: '0', cpu: '0', memory: '0', ephemeral-storage: '0', requests.example.com/dongle:"
            + " '0'}";
    awaitUsed(api, none);
    var wants = "cpu: 500m, memory: 252Mi, ephemeral-storage: 30Gi, example.com/dongle: '2'";
    var pod = pod(api, "one", wants, "example.com/dongle: '2'").expect(201);
    var one =
        "{pods: '1', cpu: 500m, memory: 252Mi, ephemeral-storage: 30Gi,"
            + " requests.example.com/dongle: '2'}";
    awaitUsed(api, one);

    Api.assertRefused(pod(api, "cpu", "cpu: 600m, memory: 100Mi", ""), 403, "Forbidden");
    Api.assertRefused(
        pod(
            api,
            "dongle",
            "cpu: 500m, memory: 100Mi, ephemeral-storage: 30Gi, example.com/dongle: '2'",
            "example.com/dongle: '2'"),
        403,
        "Forbidden");
    awaitUsed(api, one);
    var other = tree("{cpu: 100m, memory: 100Mi, ephemeral-storage: 10Gi}");
    var more = Trees.with(pod, "spec.containers.0.resources.requests", other);
    assertThat(api.put(api.core("pods/one"), more).code()).isBetween(400, 499);
    awaitUsed(api, one);
    api.delete(api.core("pods/one"), "{gracePeriodSeconds: 0}");
    awaitUsed(api, none);
  }

  private static Answer pod(Api api, String name, String requests, String limits) throws Exception {
    return api.post(
        api.core("pods"),
        """
        {apiVersion: v1, kind: Pod, metadata: {name: %s},
         spec: {containers: [{name: pause, image: pause,
          resources: {requests: {%s}, limits: {%s}}}]}}
        """
            .formatted(name, requests, limits));
  }

  @Conformance(AREA + "should manage the lifecycle of a ResourceQuota")
  void canBePatchedListedAndDeletedByLabel(Api api) throws Exception {
    var made =
        api.create(
            api.core("resourcequotas"),
            """
            {apiVersion: v1, kind: ResourceQuota, metadata: {name: test-quota, labels: {mine: %s}},
             spec: {hard: {cpu: '1', memory: 500Mi}}}
            """
                .formatted(api.namespace()));
    var one = api.core("resourcequotas/test-quota");
    assertThat(text(api.get(one), "spec.hard.memory")).isEqualTo("500Mi");
    var mine = "?labelSelector=mine%3D" + api.namespace();
    assertThat(names(api.get("/api/v1/resourcequotas" + mine))).containsExactly("test-quota");
    var patched =
        api.patch(
            one,
            Api.STRATEGIC_PATCH,
            "{\"metadata\":{\"labels\":{\"p\":\"patched\"}},\"spec\":{\"hard\":{\"memory\":\"750Mi\"}}}");
    assertThat(text(patched, "metadata.labels.p")).isEqualTo("patched");
    assertThat(text(patched, "spec.hard.memory")).isEqualTo("750Mi");
    assertThat(version(patched)).isGreaterThan(version(made));
    api.delete(api.core("resourcequotas") + mine);
    api.awaitGone(api.core("resourcequotas"), "test-quota");
  }

  private static long version(JsonObject object) {
    return Long.parseLong(text(object, "metadata.resourceVersion"));
  }

  @Conformance(AREA + "should verify ResourceQuota with best effort scope.")
  void tellBestEffortFromTheRest(Api api) throws Exception {
    scoped(api, "best", "BestEffort", "pods: '5'");
    scoped(api, "other", "NotBestEffort", "pods: '5'");
    awaitUsed(api, "best", "{pods: '0'}");
    awaitUsed(api, "other", "{pods: '0'}");

    scopedPod(api, "plain", "", "{}");
    awaitUsed(api, "best", "{pods: '1'}");
    awaitUsed(api, "other", "{pods: '0'}");
    end(api, "plain");
    awaitUsed(api, "best", "{pods: '0'}");

    scopedPod(api, "wanting", "", WANTS);
    awaitUsed(api, "other", "{pods: '1'}");
    awaitUsed(api, "best", "{pods: '0'}");
    end(api, "wanting");
    awaitUsed(api, "other", "{pods: '0'}");
  }

  @Conformance(AREA + "should verify ResourceQuota with terminating scopes.")
  void tellPodsWithADeadlineFromTheRest(Api api) throws Exception {
    var hard =
        "pods: '5', requests.cpu: '1', requests.memory: 500Mi, limits.cpu: '2', limits.memory: 1Gi";
    var none =
        "{pods: '0', requests.cpu: '0', requests.memory: '0', limits.cpu: '0', limits.memory: '0'}";
    var one =
        "{pods: '1', requests.cpu: 500m, requests.memory: 200Mi, limits.cpu: '1', limits.memory:"
            + " 400Mi}";
    scoped(api, "ends", "Terminating", hard);
    scoped(api, "stays", "NotTerminating", hard);
    awaitUsed(api, "ends", none);
    awaitUsed(api, "stays", none);

    scopedPod(api, "long", "", WANTS);
    awaitUsed(api, "stays", one);
    awaitUsed(api, "ends", none);
    end(api, "long");
    awaitUsed(api, "stays", none);

    scopedPod(api, "short", "activeDeadlineSeconds: 3600, ", WANTS);
    awaitUsed(api, "ends", one);
    awaitUsed(api, "stays", none);
    end(api, "short");
    awaitUsed(api, "ends", none);
  }

  private static void scoped(Api api, String name, String scope, String hard) throws Exception {
    api.create(
        api.core("resourcequotas"),
        """
        apiVersion: v1
        kind: ResourceQuota
        metadata: {name: %s}
        spec: {hard: {%s}, scopes: [%s]}
        """
            .formatted(name, hard, scope));
  }

  private static void scopedPod(Api api, String name, String deadline, String resources)
      throws Exception {
    api.create(
        api.core("pods"),
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec: {%scontainers: [{name: pause, image: pause, resources: %s}]}
        """
            .formatted(name, deadline, resources));
  }

  private static void end(Api api, String pod) throws Exception {
    api.delete(api.core("pods/" + pod), "{gracePeriodSeconds: 0}");
  }

  @Conformance(AREA + "should apply changes to a resourcequota status")
  void haveAStatusOfTheirOwn(Api api) throws Exception {
    var made = quota(api, "{cpu: 500m, memory: 500Mi}");
    var one = api.core("resourcequotas/test-quota");
    assertThat(api.get(one).object("spec").object("hard")).isEqualTo(tree(HALF));
    api.change(one + "/status", it -> it.with("status", tree("{hard: %s}".formatted(HALF))));
    var quotas = api.core("resourcequotas");
    api.await(quotas, "test-quota", it -> statusHard(it).equals(tree(HALF)));

    api.patch(one, Api.STRATEGIC_PATCH, "{\"spec\":{\"hard\":{\"cpu\":\"1\",\"memory\":\"1Gi\"}}}");
    api.patch(
        one + "/status",
        Api.STRATEGIC_PATCH,
        "{\"status\":{\"hard\":{\"cpu\":\"1\",\"memory\":\"1Gi\"}}}");
    api.await(quotas, "test-quota", it -> statusHard(it).equals(tree(WHOLE)));
    assertThat(statusHard(api.get(one + "/status"))).isEqualTo(tree(WHOLE));

    var since = "resourceVersion=" + text(made, "metadata.resourceVersion");
    try (var watch = api.watch(quotas, since)) {
      var again =
          api.patch(
              one + "/status",
              Api.STRATEGIC_PATCH,
              "{\"status\":{\"hard\":{\"cpu\":\"2\",\"memory\":\"2Gi\"}}}");
      assertThat(statusHard(again)).isEqualTo(tree("{cpu: '2', memory: 2Gi}"));
      watch.next("MODIFIED", it -> statusHard(it).equals(statusHard(again)));
    }
    // The spec was left alone, and the controller says so when it counts next: every five minutes,
    // for which upstream waits, or when something that counts goes.
    scopedPod(api, "passing", "", "{requests: {cpu: 1m, memory: 1Mi}}");
    end(api, "passing");
    var reset = api.await(quotas, "test-quota", it -> statusHard(it).equals(tree(WHOLE)));
    assertThat(reset.object("spec").object("hard")).isEqualTo(tree(WHOLE));
  }

  private static JsonObject statusHard(JsonObject quota) {
    return quota.object("status").object("hard");
  }

  private static JsonObject quota(Api api, String hard) throws Exception {
    return api.create(
        api.core("resourcequotas"),
        "{apiVersion: v1, kind: ResourceQuota, metadata: {name: test-quota}, spec: {hard: %s}}"
            .formatted(tree(hard)));
  }

  private static JsonObject used(JsonObject quota) {
    return quota.object("status").object("used");
  }

  private static void awaitUsed(Api api, String used) throws Exception {
    awaitUsed(api, "test-quota", used);
  }

  /// Waits until the limits are taken over, and so much of these is used.
  private static void awaitUsed(Api api, String name, String used) throws Exception {
    var wanted = tree(used).fields().entrySet();
    api.await(
        api.core("resourcequotas"),
        name,
        it ->
            statusHard(it).equals(it.object("spec").object("hard"))
                && used(it).fields().entrySet().containsAll(wanted));
  }
}
