package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubejar.api.core.v1.ServiceAccount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real kubectl against the real server.
class KubectlTest {
  private static final Path KUBECTL = Path.of("/usr/bin/kubectl");
  private static final long PATIENCE_SECONDS = 30;
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: %s, labels: {app: web}}
      spec:
        containers: [{name: c, image: "busybox:1", command: [sleep, "1000"]}]
      """;

  @TempDir static Path directory;

  private static TestServer server;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(KUBECTL), "needs kubectl at " + KUBECTL);
    server = TestServer.start();
    Files.writeString(directory.resolve("kubeconfig"), server.kubeconfig());
    server
        .admin()
        .create(ServiceAccount.RESOURCE, ServiceAccount.EMPTY.withMetadata(World.named("default")));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void appliesGetsAndDeletesAPod() throws Exception {
    var manifest = write(POD.formatted("web"));

    assertThat(kubectl("apply", "-f", manifest)).contains("pod/web created");
    assertThat(kubectl("apply", "-f", manifest)).contains("pod/web unchanged");
    assertThat(kubectl("get", "pods", "web")).contains("web").contains("0/1").contains("Pending");
    assertThat(kubectl("label", "pod", "web", "a=b")).contains("pod/web labeled");
    assertThat(kubectl("delete", "pod", "web")).contains("pod \"web\" deleted");
  }

  @Test
  void appliesOnTheServersSideWithConflicts() throws Exception {
    var first = write(POD.formatted("ssa"));
    var second = write(POD.formatted("ssa").replace("busybox:1", "busybox:2"));

    assertThat(kubectl("apply", "--server-side", "-f", first)).contains("serverside-applied");
    assertThat(kubectl("apply", "--server-side", "--field-manager=other", "-f", second))
        .contains("conflict with \"kubectl\"");
    assertThat(
            kubectl(
                "apply",
                "--server-side",
                "--field-manager=other",
                "--force-conflicts",
                "-f",
                second))
        .contains("serverside-applied");
  }

  @Test
  void scalesAndExposesADeployment() throws Exception {
    assertThat(kubectl("create", "deployment", "d", "--image=nginx:1"))
        .contains("deployment.apps/d created");
    assertThat(kubectl("scale", "deployment", "d", "--replicas=3")).contains("scaled");
    assertThat(kubectl("get", "deployment", "d")).contains("0/3");
    assertThat(kubectl("expose", "deployment", "d", "--port=80")).contains("service/d exposed");
    assertThat(kubectl("get", "service", "d")).contains("ClusterIP").contains("10.96.");
  }

  @Test
  void refusesMisspelledFields() throws Exception {
    var manifest =
        write(POD.formatted("typo").replace("containers:", "hostNetwerk: true\n  containers:"));

    assertThat(kubectl("apply", "-f", manifest)).contains("unknown field \"spec.hostNetwerk\"");
  }

  @Test
  void explainsAndListsWhatThereIs() throws Exception {
    assertThat(kubectl("explain", "pod.spec.containers.image")).contains("FIELD: image <string>");
    assertThat(kubectl("api-resources"))
        .contains("deployments")
        .contains("horizontalpodautoscalers");
    assertThat(kubectl("auth", "can-i", "create", "pods")).contains("yes");
    assertThat(kubectl("auth", "whoami")).contains("admin").contains("system:masters");
  }

  private static String write(String manifest) throws IOException {
    var file = Files.createTempFile(directory, "manifest", ".yaml");
    Files.writeString(file, manifest);
    return file.toString();
  }

  private static String kubectl(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(KUBECTL.toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", directory.resolve("kubeconfig").toString());
    builder.environment().put("HOME", directory.toString());
    var process = builder.start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return output;
  }
}
