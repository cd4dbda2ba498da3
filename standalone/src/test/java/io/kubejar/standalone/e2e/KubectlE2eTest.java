package io.kubejar.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Every kubectl command a person uses, against objects that need no container: the control plane
/// alone, so that it also runs where containers cannot.
final class KubectlE2eTest {
  @SuppressWarnings("NullAway.Init")
  private static RealCluster cluster;

  @BeforeAll
  static void start() {
    cluster = RealCluster.withoutNode("kubectl");
    cluster.up("--control-plane-only", "--port=16450");
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void getPrintsEveryFormat() {
    cluster.kubectl("create", "configmap", "formats", "--from-literal=a=1");

    assertThat(cluster.kubectl("get", "configmap", "formats").lines().toList().get(0))
        .matches("NAME\\s+DATA\\s+AGE");
    assertThat(cluster.kubectl("get", "cm", "formats", "-o", "yaml"))
        .contains("apiVersion: v1", "a: \"1\"");
    assertThat(cluster.kubectl("get", "cm", "formats", "-o", "json"))
        .contains("\"kind\": \"ConfigMap\"");
    assertThat(cluster.kubectl("get", "cm", "formats", "-o", "jsonpath={.data.a}")).isEqualTo("1");
    assertThat(cluster.kubectl("get", "cm", "formats", "-o", "name"))
        .isEqualTo("configmap/formats\n");
    assertThat(cluster.kubectl("get", "namespaces", "-o", "wide"))
        .contains("kube-system", "Active");
    assertThat(cluster.kubectl("get", "configmaps", "-A")).contains("kube-root-ca.crt");
  }

  @Test
  void selectorsNarrowAList() {
    cluster.kubectl("create", "configmap", "red");
    cluster.kubectl("create", "configmap", "blue");
    cluster.kubectl("label", "configmap", "red", "colour=red");

    assertThat(cluster.kubectl("get", "cm", "-l", "colour=red", "-o", "name"))
        .isEqualTo("configmap/red\n");
    assertThat(cluster.kubectl("get", "cm", "-l", "colour notin (red)", "-o", "name"))
        .contains("configmap/blue")
        .doesNotContain("configmap/red");
    assertThat(cluster.kubectl("get", "cm", "--field-selector=metadata.name=blue", "-o", "name"))
        .isEqualTo("configmap/blue\n");
  }

  @Test
  void watchingShowsChangesAsTheyHappen() throws Exception {
    cluster.kubectl("create", "configmap", "watched");
    var watch =
        cluster.startKubectl(
            "get", "configmap", "watched", "-w", "-o", "jsonpath={.data.step}{\"\\n\"}");
    try (var lines = watch.inputReader()) {
      assertThat(lines.readLine()).isEmpty();
      cluster.kubectl(
          "patch", "configmap", "watched", "--type=merge", "-p", "{\"data\":{\"step\":\"two\"}}");
      assertThat(lines.readLine()).isEqualTo("two");
    } finally {
      watch.destroy();
      assertThat(watch.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void explainKnowsEveryField() {
    assertThat(cluster.kubectl("explain", "pod.spec.containers"))
        .contains("FIELDS:", "livenessProbe");
    assertThat(cluster.kubectl("explain", "deployment", "--recursive")).contains("maxSurge");
    assertThat(cluster.kubectl("explain", "networkpolicy.spec")).contains("podSelector");
  }

  @Test
  void apiResourcesListsWhatIsServed() {
    assertThat(cluster.kubectl("api-resources"))
        .contains(
            "deployments", "deploy", "apps/v1", "endpointslices", "customresourcedefinitions");
    assertThat(cluster.kubectl("api-versions")).contains("apps/v1", "rbac.authorization.k8s.io/v1");
    assertThat(cluster.kubectl("version")).contains("Server Version: v1.36");
    assertThat(cluster.kubectl("cluster-info")).contains("127.0.0.1:16450");
  }

  @Test
  void authCommandsAnswer() {
    assertThat(cluster.kubectl("auth", "can-i", "create", "pods")).isEqualTo("yes\n");
    assertThat(
            cluster
                .tryKubectl(
                    "auth", "can-i", "create", "pods", "--as=system:serviceaccount:default:default")
                .out())
        .isEqualTo("no\n");
    assertThat(cluster.kubectl("auth", "whoami")).contains("kubernetes-admin");
    assertThat(cluster.kubectl("auth", "can-i", "--list")).contains("*.*");
  }

  @Test
  void patchesOfEveryKind() {
    cluster.kubectl("create", "deployment", "patched", "--image=one", "--replicas=0");
    cluster.kubectl(
        "patch",
        "deployment",
        "patched",
        "-p",
        "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"one\",\"image\":\"two\"}]}}}}");
    assertThat(images("patched")).isEqualTo("two");
    cluster.kubectl(
        "patch",
        "deployment",
        "patched",
        "--type=json",
        "-p",
        "[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/image\",\"value\":\"three\"}]");
    assertThat(images("patched")).isEqualTo("three");
    cluster.kubectl(
        "patch",
        "deployment",
        "patched",
        "--type=merge",
        "-p",
        "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
    assertThat(cluster.kubectl("get", "deployment", "-l", "a=b", "-o", "name")).contains("patched");
    cluster.kubectl("set", "image", "deployment/patched", "one=four");
    assertThat(images("patched")).isEqualTo("four");
  }

  @Test
  void applyOnTheClientMergesThreeWays() {
    var file = cluster.write("three.yaml", configMap("three", "a: '1'\n  b: '2'"));
    cluster.kubectl("apply", "-f", file);
    cluster.kubectl("patch", "cm", "three", "--type=merge", "-p", "{\"data\":{\"other\":\"x\"}}");
    cluster.write("three.yaml", configMap("three", "a: '3'"));

    assertThat(cluster.tryKubectl("diff", "-f", file).code()).isEqualTo(1);
    cluster.kubectl("apply", "-f", file);

    assertThat(cluster.kubectl("get", "cm", "three", "-o", "jsonpath={.data}"))
        .isEqualTo("{\"a\":\"3\",\"other\":\"x\"}");
    assertThat(cluster.tryKubectl("diff", "-f", file).code()).isZero();
  }

  @Test
  void applyOnTheServerReportsConflicts() {
    var file = cluster.write("owned.yaml", configMap("owned", "a: '1'"));
    cluster.kubectl("apply", "--server-side", "--field-manager=first", "-f", file);
    cluster.write("owned.yaml", configMap("owned", "a: '2'"));

    var conflict =
        cluster.tryKubectl("apply", "--server-side", "--field-manager=second", "-f", file);

    assertThat(conflict.code()).isEqualTo(1);
    assertThat(conflict.err()).contains("conflict with \"first\"", ".data.a");
    cluster.kubectl(
        "apply", "--server-side", "--field-manager=second", "--force-conflicts", "-f", file);
    assertThat(cluster.kubectl("get", "cm", "owned", "-o", "jsonpath={.data.a}")).isEqualTo("2");
  }

  @Test
  void editChangesTheObject() {
    cluster.kubectl("create", "configmap", "edited", "--from-literal=a=1");
    cluster.write("editor.sh", "#!/bin/sh\nsed -i 's/a: \"1\"/a: \"2\"/' \"$1\"\n");
    assertThat(cluster.file("editor.sh").toFile().setExecutable(true)).isTrue();

    cluster.kubectlWith(
        "KUBE_EDITOR", cluster.file("editor.sh").toString(), "edit", "configmap", "edited");

    assertThat(cluster.kubectl("get", "cm", "edited", "-o", "jsonpath={.data.a}")).isEqualTo("2");
  }

  @Test
  void labelsAnnotationsAndDescribe() {
    cluster.kubectl("create", "service", "clusterip", "described", "--tcp=80:8080");
    cluster.kubectl("label", "service", "described", "tier=front");
    cluster.kubectl("annotate", "service", "described", "note=here");

    assertThat(cluster.kubectl("describe", "service", "described"))
        .contains("tier=front", "note: here", "IP:", "80/TCP", "8080/TCP");
    assertThat(cluster.kubectl("describe", "namespace", "default")).contains("Active");
  }

  @Test
  void deletionCascadesAsAsked() {
    for (var mode : new String[] {"background", "foreground"}) {
      cluster.kubectl("create", "deployment", mode, "--image=none", "--replicas=2");
      cluster.kubectl(
          "wait", "deployment/" + mode, "--for=jsonpath={.status.replicas}=2", "--timeout=30s");
      cluster.kubectl("delete", "deployment", mode, "--cascade=" + mode, "--timeout=30s");
      cluster.kubectl(
          "wait", "replicasets,pods", "-l", "app=" + mode, "--for=delete", "--timeout=30s");
    }
    cluster.kubectl("create", "deployment", "orphan", "--image=none", "--replicas=1");
    cluster.kubectl(
        "wait", "deployment/orphan", "--for=jsonpath={.status.replicas}=1", "--timeout=30s");
    cluster.kubectl("delete", "deployment", "orphan", "--cascade=orphan", "--timeout=30s");
    assertThat(
            cluster.kubectl(
                "get",
                "rs",
                "-l",
                "app=orphan",
                "-o",
                "jsonpath={.items[*].metadata.ownerReferences}"))
        .isEmpty();
    assertThat(cluster.kubectl("get", "rs", "-l", "app=orphan", "-o", "name")).contains("orphan");
  }

  @Test
  void dryRunChangesNothing() {
    cluster.kubectl("create", "configmap", "dry", "--dry-run=server");

    assertThat(cluster.tryKubectl("get", "configmap", "dry").err()).contains("\"dry\" not found");
  }

  @Test
  void topSaysThatThereAreNoMetrics() {
    assertThat(cluster.tryKubectl("top", "nodes").err()).containsIgnoringCase("metrics");
  }

  @Test
  void aPodThatFitsNowhereSaysWhy() {
    cluster.kubectlWithInput(pod("nowhere"), "apply", "-f", "-").orFail();

    cluster.kubectl("wait", "pod/nowhere", "--for=condition=PodScheduled=false", "--timeout=30s");
    assertThat(
            cluster.kubectl(
                "get", "pod", "nowhere", "-o", "jsonpath={.status.conditions[*].message}"))
        .contains("no nodes available to schedule pods");
    cluster.kubectl(
        "wait", "pod/nowhere", "--for=jsonpath={.status.phase}=Pending", "--timeout=5s");
    assertThat(cluster.kubectl("events", "--for=pod/nowhere")).contains("FailedScheduling");
  }

  @Test
  void strictValidationNamesTheUnknownField() {
    var result =
        cluster.kubectlWithInput(
            pod("strict").replace("containers:", "contaners: []\n  containers:"),
            "create",
            "-f",
            "-");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("unknown field \"spec.contaners\"");
  }

  private static String images(String deployment) {
    return cluster.kubectl(
        "get",
        "deployment",
        deployment,
        "-o",
        "jsonpath={.spec.template.spec.containers[*].image}");
  }

  private static String configMap(String name, String data) {
    return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s\n  namespace: default\ndata:\n  %s\n"
        .formatted(name, data);
  }

  private static String pod(String name) {
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: %s
      namespace: default
    spec:
      containers:
        - name: main
          image: none
    """
        .formatted(name);
  }
}
