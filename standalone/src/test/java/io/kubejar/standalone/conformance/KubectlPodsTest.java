package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import java.util.List;
import java.util.regex.Pattern;

/// kubectl with pods that run on simulated nodes: what it makes, changes and says.
final class KubectlPodsTest {
  private static final String AREA = "[sig-cli] Kubectl client ";
  private static final String IMAGE = "registry.k8s.io/e2e-test-images/agnhost:2";
  private static final String CONTROLLER =
      """
      apiVersion: v1
      kind: ReplicationController
      metadata: {name: agnhost-primary, labels: {app: agnhost, role: primary}}
      spec:
        replicas: 1
        selector: {app: agnhost, role: primary}
        template:
          metadata: {labels: {app: agnhost, role: primary}}
          spec:
            containers:
            - name: agnhost-primary
              image: %s
              ports: [{name: agnhost-server, containerPort: 6379}]
      """
          .formatted(IMAGE);
  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: agnhost-primary, labels: {app: agnhost, role: primary}}
      spec:
        selector: {app: agnhost, role: primary}
        ports: [{port: 6379, targetPort: agnhost-server}]
      """;

  @Conformance(
      AREA
          + "Kubectl describe should check if kubectl describe prints relevant information for rc"
          + " and pods")
  void describe(Api api, ConformanceCluster cluster) throws Exception {
    var kubectl = Kubectl.of(cluster, api.namespace());
    kubectl.tryRun(CONTROLLER, "create", "-f", "-").orFail();
    kubectl.tryRun(SERVICE, "create", "-f", "-").orFail();
    var pod = awaitPod(api);

    assertSays(
        kubectl.run("describe", "pod", text(pod, "metadata.name")),
        "Name: +agnhost-primary-",
        "Namespace: +" + api.namespace(),
        "Node:",
        "Labels: +app=agnhost",
        "role=primary",
        "Annotations:",
        "Status: +Running",
        "IP:",
        "Controlled By: +ReplicationController/agnhost-primary",
        "Image: +" + IMAGE,
        "State: +Running",
        "QoS Class: +BestEffort");
    api.await(
        api.core("replicationcontrollers"),
        "agnhost-primary",
        it -> text(it, "status.readyReplicas").equals("1"));
    assertSays(
        kubectl.run("describe", "rc", "agnhost-primary"),
        "Name: +agnhost-primary",
        "Namespace: +" + api.namespace(),
        "Selector: +app=agnhost,role=primary",
        "Labels: +app=agnhost",
        "role=primary",
        "Annotations:",
        "Replicas: +1 current.*1 desired",
        "Pods Status: +1 Running.*0 Waiting.*0 Succeeded.*0 Failed",
        "Pod Template:",
        "Image: +" + IMAGE,
        "Events:");
    assertSays(
        kubectl.run("describe", "service", "agnhost-primary"),
        "Name: +agnhost-primary",
        "Namespace: +" + api.namespace(),
        "Labels: +app=agnhost",
        "role=primary",
        "Annotations:",
        "Selector: +app=agnhost,role=primary",
        "Type: +ClusterIP",
        "IP:",
        "Port: +<unset> +6379/TCP",
        "Endpoints:",
        "Session Affinity: +None");
    assertDescribesPlaces(kubectl, text(pod, "spec.nodeName"), api.namespace());
  }

  private static void assertDescribesPlaces(Kubectl kubectl, String node, String namespace)
      throws Exception {
    assertSays(
        kubectl.run("describe", "node", node),
        "Name: +" + node,
        "Labels:",
        "Annotations:",
        "CreationTimestamp:",
        "Conditions:",
        "Type +Status +LastHeartbeatTime +LastTransitionTime +Reason +Message",
        "Addresses:",
        "Capacity:",
        "Version:",
        "Kernel Version:",
        "OS Image:",
        "Container Runtime Version:",
        "Kubelet Version:",
        "Pods:");
    assertSays(
        kubectl.run("describe", "namespace", namespace),
        "Name: +" + namespace,
        "Labels:",
        "Annotations:",
        "Status: +Active");
  }

  /// Each pattern is found in a line, and none in a line above the one that the last was found in.
  private static void assertSays(String output, String... patterns) {
    var lines = output.lines().toList();
    int at = 0;
    for (var each : patterns) {
      var pattern = Pattern.compile(each);
      while (at < lines.size() && !pattern.matcher(lines.get(at)).find()) {
        at++;
      }
      assertThat(at).as("line with %s in:%n%s", each, output).isLessThan(lines.size());
    }
  }

  @Conformance(AREA + "Kubectl patch should add annotations for pods in rc")
  void patch(Api api, ConformanceCluster cluster) throws Exception {
    var kubectl = Kubectl.of(cluster, api.namespace());
    kubectl.tryRun(CONTROLLER, "create", "-f", "-").orFail();
    var name = text(awaitPod(api), "metadata.name");
    kubectl.run("patch", "pod", name, "-p", "{\"metadata\":{\"annotations\":{\"x\":\"y\"}}}");
    assertThat(text(api.get(api.core("pods/" + name)), "metadata.annotations.x")).isEqualTo("y");
  }

  @Conformance(AREA + "Kubectl replace should update a single-container pod's image")
  void replace(Api api, ConformanceCluster cluster) throws Exception {
    var kubectl = Kubectl.of(cluster, api.namespace());
    kubectl.run(
        "run",
        "e2e-test-httpd-pod",
        "--image=" + IMAGE,
        "--pod-running-timeout=2m0s",
        "--labels=run=e2e-test-httpd-pod");
    new Placement(api).awaitRunning("e2e-test-httpd-pod");
    var json = kubectl.run("get", "pod", "e2e-test-httpd-pod", "-o", "json");
    assertThat(json).contains("e2e-test-httpd-pod");

    kubectl.tryRun(json.replaceFirst(IMAGE, "busybox:1"), "replace", "-f", "-").orFail();

    assertThat(images(api.get(api.core("pods/e2e-test-httpd-pod")))).containsExactly("busybox:1");
  }

  @Conformance(AREA + "Kubectl run pod should create a pod from an image when restart is Never")
  void run(Api api, ConformanceCluster cluster) throws Exception {
    Kubectl.of(cluster, api.namespace())
        .run(
            "run",
            "e2e-test-httpd-pod",
            "--restart=Never",
            "--pod-running-timeout=2m0s",
            "--image=" + IMAGE);
    var pod = api.get(api.core("pods/e2e-test-httpd-pod"));
    assertThat(images(pod)).containsExactly(IMAGE);
    assertThat(text(pod, "spec.restartPolicy")).isEqualTo("Never");
  }

  private static List<String> images(JsonObject pod) {
    return items(pod, "spec.containers").stream().map(it -> text(it, "image")).toList();
  }

  /// The pod of the controller, when it runs.
  private static JsonObject awaitPod(Api api) throws Exception {
    try (var watch = api.watch(api.core("pods"), "labelSelector=app%3Dagnhost")) {
      while (true) {
        var pod = watch.next().object();
        if (text(pod, "status.phase").equals("Running")) {
          return pod;
        }
      }
    }
  }
}
