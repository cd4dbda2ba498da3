package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Operations.cluster;
import static io.kubejar.standalone.conformance.Operations.namespaced;
import static io.kubejar.standalone.conformance.Trees.at;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static io.kubejar.standalone.conformance.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonString;
import java.util.List;

/// Pods, their templates, nodes and leases, as far as the API goes.
final class PodObjectsTest {
  private static final String TEMPLATES = "[sig-node] PodTemplates ";

  @Conformance(TEMPLATES + "should run the lifecycle of PodTemplates")
  void templates(Api api) throws Exception {
    var collection = api.core("podtemplates");
    api.create(collection, template("nginx-pod-template", "podtemplate-static: 'true'"));
    api.patch(
        collection + "/nginx-pod-template",
        Api.STRATEGIC_PATCH,
        "{\"metadata\":{\"labels\":{\"podtemplate\":\"patched\"}}}");
    assertThat(text(api.get(collection + "/nginx-pod-template"), "metadata.labels.podtemplate"))
        .isEqualTo("patched");
    var everywhere = "/api/v1/podtemplates?labelSelector=podtemplate%3Dpatched";
    assertThat(names(api.get(everywhere))).containsExactly("nginx-pod-template");
    api.delete(collection + "/nginx-pod-template");
    assertThat(names(api.get(everywhere))).isEmpty();
  }

  @Conformance(TEMPLATES + "should delete a collection of pod templates")
  void collectionsOfTemplates(Api api) throws Exception {
    var collection = api.core("podtemplates");
    for (var name : List.of("test-podtemplate-1", "test-podtemplate-2", "test-podtemplate-3")) {
      api.create(collection, template(name, "podtemplate-set: 'true'"));
    }
    var selected = collection + "?labelSelector=podtemplate-set%3Dtrue";
    assertThat(names(api.get(selected))).hasSize(3);
    api.delete(selected);
    assertThat(names(api.get(selected))).isEmpty();
  }

  @Conformance(TEMPLATES + "should replace a pod template")
  void replacedTemplates(Api api) throws Exception {
    var collection = api.core("podtemplates");
    var made = api.create(collection, template("replaced", "e2e: 'true'"));
    api.update(collection + "/replaced", Trees.with(made, "metadata.annotations.updated", "true"));
    assertThat(text(api.get(collection + "/replaced"), "metadata.annotations.updated"))
        .isEqualTo("true");
  }

  private static String template(String name, String labels) {
    return """
    apiVersion: v1
    kind: PodTemplate
    metadata: {name: %s, labels: {%s}}
    template: {spec: {containers: [{name: nginx, image: nginx}]}}
    """
        .formatted(name, labels);
  }

  @Conformance("[sig-node] Lease lease API should be available")
  void leases(Api api) throws Exception {
    var operations =
        namespaced(
                api,
                "coordination.k8s.io/v1",
                "leases",
                """
                apiVersion: coordination.k8s.io/v1
                kind: Lease
                spec:
                  holderIdentity: holder
                  leaseDurationSeconds: 30
                  acquireTime: '2026-01-01T00:00:00.000000Z'
                  renewTime: '2026-01-01T00:00:05.000000Z'
                  leaseTransitions: 0
                """)
            .patchedWith("{spec: {leaseDurationSeconds: 60}}")
            .updatedWith("spec.holderIdentity", new JsonString("holder2"))
            .updatedWith("spec.leaseTransitions", JsonNumber.of(1));
    operations.requireAll();
    var remaining = api.path("coordination.k8s.io/v1", "leases");
    var spec = "{holderIdentity: holder, leaseDurationSeconds: 30}";
    var made =
        api.create(
            remaining,
            "{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: a}, spec: "
                + spec
                + "}");
    api.create(
        remaining,
        "{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: b, labels: {a: b}}}");
    assertThat(api.get(remaining + "/a").object("spec")).isEqualTo(made.object("spec"));
    api.delete(remaining + "?labelSelector=a%3Db");
    assertThat(names(api.get(remaining))).containsExactly("a");
    api.delete(remaining + "/a");
    assertThat(api.tryGet(remaining + "/a").code()).isEqualTo(404);
  }

  @Conformance("[sig-node] Node Lifecycle should run through the lifecycle of a node")
  void nodes(Api api) throws Exception {
    cluster(
            api,
            "v1",
            "nodes",
            """
            apiVersion: v1
            kind: Node
            spec: {unschedulable: true}
            status:
              capacity: {cpu: '1', memory: 1Gi, pods: '1'}
              conditions: [{type: Ready, status: 'True'}]
            """)
        .requireAllButWatches();
  }

  @Conformance(
      "[sig-node] Pods Extended Pods Set QOS Class should be set on Pods with matching resource"
          + " requests and limits for memory and cpu")
  void qualityOfService(Api api) throws Exception {
    var resources = "{cpu: 100m, memory: 100Mi}";
    api.create(
        api.core("pods"),
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: guaranteed}
        spec:
          containers: [{name: a, image: a, resources: {requests: %1$s, limits: %1$s}}]
        """
            .formatted(resources));
    assertThat(text(api.get(api.core("pods/guaranteed")), "status.qosClass"))
        .isEqualTo("Guaranteed");
  }

  @Conformance("[sig-node] Pods should delete a collection of pods")
  void collectionsOfPods(Api api) throws Exception {
    for (var name : List.of("test-pod-1", "test-pod-2", "test-pod-3")) {
      api.create(api.core("pods"), pod(name, "type: Testing"));
    }
    var selected = api.core("pods") + "?labelSelector=type%3DTesting";
    assertThat(names(api.get(selected))).hasSize(3);
    api.delete(selected, "{apiVersion: v1, kind: DeleteOptions, gracePeriodSeconds: 1}");
    assertThat(names(api.get(selected))).isEmpty();
  }

  @Conformance("[sig-node] Pods should patch a pod status")
  void patchedStatus(Api api) throws Exception {
    api.create(api.core("pods"), pod("pod-patched", "name: foo"));
    api.await(api.core("pods"), "pod-patched", it -> text(it, "status.phase").equals("Running"));
    var everywhere = "/api/v1/pods?fieldSelector=metadata.namespace%3D" + api.namespace();
    assertThat(names(api.get(everywhere))).containsExactly("pod-patched");
    var status = api.core("pods/pod-patched/status");
    assertThat(text(api.get(status), "status.phase")).isEqualTo("Running");
    var patched =
        api.patch(
            status,
            Api.STRATEGIC_PATCH,
            "{\"status\":{\"message\":\"Patched by e2e test\",\"reason\":\"E2E\"}}");
    assertThat(text(patched, "status.message")).isEqualTo("Patched by e2e test");
    assertThat(text(patched, "status.reason")).isEqualTo("E2E");
    assertThat(text(patched, "status.phase")).isEqualTo("Running");
  }

  @Conformance("[sig-node] Pods should run through the lifecycle of Pods and PodStatus")
  void podsFromBeginningToEnd(Api api) throws Exception {
    var collection = api.core("pods");
    var since = text(api.get(collection), "metadata.resourceVersion");
    var query = "labelSelector=test-pod-static%3Dtrue&resourceVersion=" + since;
    try (var watch = api.watch(collection, query)) {
      api.create(collection, pod("pod-test", "test-pod-static: 'true'"));
      assertThat(watch.next().type()).isEqualTo("ADDED");
      watch.next("MODIFIED", it -> text(it, "status.phase").equals("Running"));
      api.patch(
          collection + "/pod-test",
          Api.STRATEGIC_PATCH,
          """
          {"metadata":{"labels":{"test-pod":"patched","test-pod-static":"true"}},
           "spec":{"terminationGracePeriodSeconds":1,
                   "containers":[{"name":"pod-test","image":"busybox:2"}]}}
          """);
      var patched =
          watch.next("MODIFIED", it -> text(it, "metadata.labels.test-pod").equals("patched"));
      assertThat(text(patched, "spec.containers.0.image")).isEqualTo("busybox:2");

      var status = collection + "/pod-test/status";
      var notReady = at(tree("{a: [{type: Ready, status: 'False'}]}"), "a");
      var replaced = api.change(status, found -> Trees.with(found, "status.conditions", notReady));
      assertThat(Api.hasCondition(replaced, "Ready", "False")).isTrue();
      api.delete(
          collection + "?labelSelector=test-pod-static%3Dtrue",
          "{apiVersion: v1, kind: DeleteOptions, gracePeriodSeconds: 0}");
      watch.next("DELETED");
    }
    assertThat(api.tryGet(collection + "/pod-test").code()).isEqualTo(404);
  }

  private static String pod(String name, String labels) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %1$s, labels: {%2$s}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{name: %1$s, image: 'busybox:1'}]
    """
        .formatted(name, labels);
  }

  @Conformance(
      "[sig-node] RuntimeClass should reject a Pod requesting a non-existent RuntimeClass"
          + " [NodeConformance]")
  void unknownRuntimeClasses(Api api) throws Exception {
    Api.assertRefused(api.post(api.core("pods"), running("nonexistent")), 403, "Forbidden");
  }

  @Conformance(
      "[sig-node] RuntimeClass should reject a Pod requesting a deleted RuntimeClass"
          + " [NodeConformance]")
  void deletedRuntimeClasses(Api api) throws Exception {
    var name = "preconfigured-" + api.suffix();
    var classes = "/apis/node.k8s.io/v1/runtimeclasses";
    api.create(
        classes,
        "{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: %s}, handler: runc}"
            .formatted(name));
    api.create(api.core("pods"), running(name));
    api.delete(classes + "/" + name);
    assertThat(api.tryGet(classes + "/" + name).code()).isEqualTo(404);
    Api.assertRefused(
        api.post(api.core("pods"), running(name).replace("a-pod", "b-pod")), 403, "Forbidden");
  }

  private static String running(String runtimeClass) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: a-pod}
    spec:
      runtimeClassName: %s
      containers: [{name: a, image: a}]
    """
        .formatted(runtimeClass);
  }

  @Conformance("[sig-node] Sysctls [LinuxOnly] [NodeConformance] should reject invalid sysctls")
  void invalidSysctls(Api api) throws Exception {
    var refused =
        api.post(
            api.core("pods"),
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: sysctl}
            spec:
              securityContext:
                sysctls:
                - {name: foo-, value: bar}
                - {name: kernel.shmmax, value: '100000000'}
                - {name: safe-and-unsafe, value: '100000000'}
                - {name: bar.., value: '42'}
              containers: [{name: a, image: a}]
            """);
    Api.assertRefused(refused, 422, "Invalid");
    assertThat(refused.text())
        .contains("Invalid value: \\\"foo-\\\"")
        .contains("Invalid value: \\\"bar..\\\"")
        .doesNotContain("safe-and-unsafe")
        .doesNotContain("kernel.shmmax");
  }

  @Conformance("[sig-storage] CSIInlineVolumes should support CSIVolumeSource in Pod API")
  void volumesOfDrivers(Api api) throws Exception {
    var operations =
        namespaced(
            api,
            "v1",
            "pods",
            """
            apiVersion: v1
            kind: Pod
            spec:
              containers:
              - name: a
                image: a
                volumeMounts: [{name: v, mountPath: /mnt}]
              volumes:
              - name: v
                csi: {driver: e2e-driver, fsType: ext4, readOnly: true, volumeAttributes: {a: b}}
            """);
    var name = operations.createThree();
    var driver = at(api.get(operations.one(name)), "spec.volumes.0.csi");
    assertThat(driver)
        .isEqualTo(
            tree("{driver: e2e-driver, fsType: ext4, readOnly: true, volumeAttributes: {a: b}}"));
    operations.requirePatch(name);
    operations.requireDeletion(name);
  }

  @Conformance(
      "[sig-scheduling] SchedulerPreemption [Serial] PriorityClass endpoints verify PriorityClass"
          + " endpoints can be operated with different HTTP methods")
  void priorityClasses(Api api) throws Exception {
    var operations =
        cluster(
                api,
                "scheduling.k8s.io/v1",
                "priorityclasses",
                "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, value: 1}")
            .patchedWith("{description: patched}")
            .updatedWith("description", new JsonString("updated"));
    operations.requireInDiscovery();
    var name = operations.createThree();
    operations.requirePatch(name);
    var one = operations.requireUpdate(name);
    // A priority is for ever.
    var path = operations.one(name);
    Api.assertRefused(
        api.send("PATCH", path, Api.STRATEGIC_PATCH, "{\"value\":2}"), 422, "Invalid");
    Api.assertRefused(api.put(path, one.with("value", JsonNumber.of(2))), 422, "Invalid");
    operations.requireDeletion(name);
  }
}
