package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// What users of kubectl rely on, with the real program.
final class KubectlTest {
  private static final String AREA = "[sig-cli] Kubectl client ";
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: pause, labels: {name: pause}}
      spec: {containers: [{name: pause, image: pause:1}]}
      """;

  @Conformance(AREA + "Kubectl api-versions should check if v1 is in available api versions")
  void printsVersionsOfTheApi(Api api, ConformanceCluster cluster) {
    var output = Kubectl.of(cluster, api.namespace()).run("api-versions");
    assertThat(output.lines()).contains("v1");
  }

  @Conformance(
      AREA
          + "Kubectl cluster-info should check if Kubernetes control plane services is included in"
          + " cluster-info")
  void printsWhereTheControlPlaneIs(Api api, ConformanceCluster cluster) {
    var output = Kubectl.of(cluster, api.namespace()).run("cluster-info");
    assertThat(output).contains("Kubernetes control plane").contains("is running at");
  }

  @Conformance(AREA + "Kubectl version should check is all data is printed")
  void printsBothVersions(Api api, ConformanceCluster cluster) {
    var output = Kubectl.of(cluster, api.namespace()).run("version");
    for (var side : new String[] {"Client Version: ", "Server Version: "}) {
      // Until 1.28 kubectl printed all it knew; upstream's test takes either form.
      assertThat(output)
          .containsPattern(side + "(version\\.Info\\{.*GitVersion:\")?v\\d\\.\\d+\\.[\\w\\-.+]+");
    }
  }

  @Conformance(
      AREA + "Kubectl diff should check if kubectl diff finds a difference for Deployments")
  void findsDifferences(Api api, ConformanceCluster cluster) {
    var deployment =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: httpd-deployment}
        spec:
          replicas: 0
          selector: {matchLabels: {app: httpd}}
          template:
            metadata: {labels: {app: httpd}}
            spec: {containers: [{name: httpd, image: 'agnhost:2.1'}]}
        """;
    var kubectl = Kubectl.of(cluster, api.namespace());
    kubectl.tryRun(deployment, "create", "-f", "-").orFail();
    var changed = deployment.replace("agnhost:2.1", "busybox:1.29");
    var difference = kubectl.tryRun(changed, "diff", "-f", "-");

    assertThat(difference.code()).isEqualTo(1);
    assertThat(difference.out()).contains("agnhost:2.1").contains("busybox:1.29");
    kubectl.run("delete", "deployment", "httpd-deployment");
  }

  @Conformance(AREA + "Kubectl label should update the label on a resource")
  void changesLabels(Api api, ConformanceCluster cluster) throws Exception {
    var kubectl = Kubectl.of(cluster, api.namespace());
    kubectl.tryRun(POD, "create", "-f", "-").orFail();
    api.await(api.core("pods"), "pause", it -> Api.hasCondition(it, "Ready", "True"));

    kubectl.run("label", "pods", "pause", "testing-label=testing-label-value");
    assertThat(kubectl.run("get", "pod", "pause", "-L", "testing-label"))
        .contains("testing-label-value");
    kubectl.run("label", "pods", "pause", "testing-label-");
    assertThat(kubectl.run("get", "pod", "pause", "-L", "testing-label"))
        .doesNotContain("testing-label-value");
  }

  @Conformance(AREA + "Kubectl server-side dry-run should check if kubectl can dry-run update Pods")
  void triesChangesWithoutMakingThem(Api api, ConformanceCluster cluster) throws Exception {
    var kubectl = Kubectl.of(cluster, api.namespace());
    var name = "e2e-test-httpd-pod";
    kubectl.run("run", name, "--image=httpd:2.4.38-4", "--labels=run=" + name);
    api.await(api.core("pods"), name, it -> text(it, "status.phase").equals("Running"));

    var patch =
        "{\"spec\":{\"containers\":[{\"name\":\"%s\",\"image\":\"busybox:1.29\"}]}}"
            .formatted(name);
    kubectl.run("patch", "pod", name, "-p", patch, "--dry-run=server");
    assertThat(text(api.get(api.core("pods/" + name)), "spec.containers.0.image"))
        .isEqualTo("httpd:2.4.38-4");
    kubectl.run("delete", "pods", name, "--grace-period=0", "--force");
  }

  @Conformance(AREA + "Kubectl expose should create services for rc")
  void exposesAControllerAndAService(Api api, ConformanceCluster cluster) throws Exception {
    var kubectl = Kubectl.of(cluster, api.namespace());
    var controller =
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
              - {name: agnhost-primary, image: agnhost, ports: [{name: server, containerPort: 6379}]}
        """;
    kubectl.tryRun(controller, "create", "-f", "-").orFail();
    api.await(
        api.core("replicationcontrollers"),
        "agnhost-primary",
        it -> text(it, "status.readyReplicas").equals("1"));

    kubectl.run(
        "expose", "rc", "agnhost-primary", "--name=rm2", "--port=1234", "--target-port=6379");
    requireService(api, "rm2", 1234);
    kubectl.run("expose", "service", "rm2", "--name=rm3", "--port=2345", "--target-port=6379");
    requireService(api, "rm3", 2345);
  }

  /// One port of this number that leads to the one pod's.
  private static void requireService(Api api, String name, int port) throws Exception {
    var selected = "?labelSelector=kubernetes.io%2Fservice-name%3D" + name;
    var slices =
        api.eventually(
            api.path("discovery.k8s.io/v1", "endpointslices") + selected,
            it -> !items(it, "items.0.endpoints").isEmpty());
    assertThat(items(slices, "items")).hasSize(1);
    assertThat(items(slices, "items.0.endpoints")).hasSize(1);
    assertThat(text(slices, "items.0.endpoints.0.targetRef.name")).startsWith("agnhost-primary");
    assertThat(text(slices, "items.0.ports.0.port")).isEqualTo("6379");
    var ports = items(api.get(api.core("services/" + name)), "spec.ports");
    assertThat(ports).hasSize(1);
    assertThat(text(ports.getFirst(), "port")).isEqualTo(Integer.toString(port));
    assertThat(text(ports.getFirst(), "targetPort")).isEqualTo("6379");
  }

  @Conformance(AREA + "Proxy server should support proxy with --port 0")
  void proxiesFromAPortOfItsChoice(Api api, ConformanceCluster cluster) throws Exception {
    try (var proxy =
        Kubectl.of(cluster, api.namespace()).start("proxy", "--port=0", "--disable-filter")) {
      var line = proxy.awaitLine("Starting to serve on");
      var address = line.substring(line.lastIndexOf(' ') + 1);
      try (var client = HttpClient.newBuilder().version(Version.HTTP_1_1).build()) {
        var request = HttpRequest.newBuilder(URI.create("http://" + address + "/api/")).build();
        requireVersions(client.send(request, BodyHandlers.ofString()).body());
      }
    }
  }

  @Conformance(AREA + "Proxy server should support --unix-socket=/path")
  void proxiesFromASocketFile(Api api, ConformanceCluster cluster) throws Exception {
    var kubectl = Kubectl.of(cluster, api.namespace());
    var socket = kubectl.home().resolve("proxy-" + api.suffix());
    try (var proxy = kubectl.start("proxy", "--unix-socket=" + socket)) {
      assertThat(proxy.awaitLine("Starting to serve on")).endsWith(socket.toString());
      try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        channel.connect(UnixDomainSocketAddress.of(socket));
        var request = "GET /api/ HTTP/1.0\r\nHost: localhost\r\n\r\n";
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        var answer = Channels.newInputStream(channel).readAllBytes();
        var text = new String(answer, StandardCharsets.UTF_8);
        assertThat(text).startsWith("HTTP/1.0 200");
        requireVersions(text.substring(text.indexOf("\r\n\r\n")));
      }
    }
  }

  private static void requireVersions(String body) {
    var versions = (JsonObject) JsonParser.parse(body);
    assertThat(versions.text("kind")).isEqualTo("APIVersions");
    assertThat(((JsonArray) Trees.at(versions, "versions")).values()).isNotEmpty();
    assertThat(items(versions, "serverAddressByClientCIDRs")).isNotEmpty();
  }
}
