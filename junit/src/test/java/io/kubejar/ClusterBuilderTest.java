package io.kubejar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.client.HttpApiClient;
import io.kubejar.client.Kubeconfig;
import io.kubejar.client.ListOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ClusterBuilderTest {
  private static final String MANIFESTS = "io/kubejar/manifests";

  @Test
  void nodesHaveTheLabelsCapacityAndTaintsThatTheyAreGiven() throws Exception {
    try (var cluster =
        Cluster.builder()
            .nodes(2, node -> node.label("zone", "a").capacity("cpu", "4"))
            .node("gpu", node -> node.capacity("example.com/gpu", "8").taint("gpu=yes:NoSchedule"))
            .start()) {
      var client = cluster.inProcessClient();
      assertThat(client.list(Node.RESOURCE, ListOptions.ALL).items())
          .extracting(it -> it.metadata().name())
          .containsExactly("gpu", "node-0", "node-1");
      var plain = client.get(Node.RESOURCE, ObjectKey.clusterScoped("node-1"));
      assertThat(plain.metadata().labels())
          .containsEntry("zone", "a")
          .containsEntry("kubernetes.io/hostname", "node-1");
      assertThat(plain.status().allocatable()).containsEntry("cpu", Quantity.parse("4"));
      var gpu = client.get(Node.RESOURCE, ObjectKey.clusterScoped("gpu"));
      assertThat(gpu.status().capacity()).containsEntry("example.com/gpu", Quantity.parse("8"));
      assertThat(gpu.spec().taints())
          .singleElement()
          .returns("gpu", it -> it.key())
          .returns("yes", it -> it.value())
          .returns("NoSchedule", it -> it.effect());
    }
  }

  @Test
  void podsGoToTheNodeThatHasWhatTheyAskFor() {
    try (var cluster =
        Cluster.builder()
            .nodes(3)
            .node("gpu", node -> node.capacity("example.com/gpu", "1").taint("gpu:NoSchedule"))
            .frozen()
            .start()) {
      cluster.apply(
          """
          apiVersion: v1
          kind: Pod
          metadata: {name: train}
          spec:
            tolerations: [{key: gpu, operator: Exists}]
            containers:
            - name: main
              image: train
              resources: {limits: {example.com/gpu: 1}}
          """);
      cluster.settle();

      assertThat(cluster.pods().list())
          .extracting(it -> it.spec().nodeName())
          .containsExactly("gpu");
    }
  }

  @Test
  void withoutRolesEverybodyWhoIsAuthenticatedMayDoEverything() throws Exception {
    try (var cluster = Cluster.builder().rbac(false).start();
        var clock = new RealClock();
        var guest =
            new HttpApiClient(
                Kubeconfig.parse(cluster.kubeconfig("guest"), Path.of("")).access("test"), clock)) {
      assertThat(guest.list(Secret.RESOURCE, ListOptions.ALL).items()).isEmpty();
    }
  }

  @Test
  void admissionPluginsAreSwitchedAsTheFlagsOfTheServerDo() throws Exception {
    var pod = Workloads.pod("web", "Always").replace("name: web,", "name: web, namespace: new,");
    try (var cluster =
        Cluster.builder()
            .enableAdmissionPlugins("NamespaceAutoProvision")
            .disableAdmissionPlugins("ServiceAccount")
            .start()) {
      cluster.apply(pod);

      var made = cluster.inProcessClient().get(Namespace.RESOURCE, ObjectKey.clusterScoped("new"));
      assertThat(made.metadata().name()).isEqualTo("new");
      assertThat(cluster.pods().list()).allMatch(it -> it.spec().volumes().isEmpty());
    }
    try (var cluster = Cluster.start()) {
      assertThatThrownBy(() -> cluster.apply(pod)).isInstanceOf(ApiException.class);
    }
    assertThatThrownBy(() -> Cluster.builder().enableAdmissionPlugins("Nonsense").start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("enable-admission-plugins plugin \"Nonsense\" is unknown");
  }

  @Test
  void manifestsComeFromDirectoriesOnTheClassPathKindsFirst() throws Exception {
    try (var cluster = Cluster.builder().manifestsOnClassPath(MANIFESTS).start()) {
      cluster.apply(
          """
          {"apiVersion": "sea.example/v1", "kind": "Ship",
           "metadata": {"name": "beagle", "namespace": "harbour"}, "spec": {"sails": 4}}
          """);
    }
    assertThatThrownBy(() -> Cluster.builder().manifestsOnClassPath("nowhere"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("nothing on the class path: nowhere");
  }

  @Test
  void aDirectoryInAJarIsReadLikeOneOnDisk(@TempDir Path directory) throws Exception {
    var jar = directory.resolve("some app.jar");
    write(jar);
    var before = Thread.currentThread().getContextClassLoader();
    try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
      Thread.currentThread().setContextClassLoader(loader);
      assertThat(ManifestFiles.resource("deploy")).isEqualTo("kind: Secret");
      assertThat(ManifestFiles.resource("deploy/b.yaml")).isEqualTo("kind: Secret");
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private static void write(Path jar) throws IOException {
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("deploy/"));
      out.putNextEntry(new JarEntry("deploy/b.yaml"));
      out.write("kind: Secret".getBytes(StandardCharsets.UTF_8));
    }
  }
}
