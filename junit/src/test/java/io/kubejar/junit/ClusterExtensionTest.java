package io.kubejar.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kubejar.Cluster;
import io.kubejar.Kubeconfig;
import io.kubejar.KubernetesCluster;
import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.apimachinery.ObjectKey;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Uses the extension as its users do.
@Timeout(60)
@KubernetesCluster(
    nodes = 3,
    frozen = true,
    startingAt = "2031-01-01T00:00:00Z",
    manifests = "web.yaml")
@SuppressWarnings("NullAway.Init") // The extension sets the fields.
class ClusterExtensionTest {
  private static final ObjectKey WEB = new ObjectKey("default", "web");

  private static Cluster ofClass;

  private Cluster cluster;
  private KubernetesClient fabric8;

  @Test
  void aClusterIsAsTheAnnotationSays(Cluster same) throws Exception {
    assertThat(same).isSameAs(cluster).isNotSameAs(ofClass);
    assertThat(cluster.clock().instant()).isEqualTo("2031-01-01T00:00:00Z");
    assertThat(cluster.inProcessClient().get(Deployment.RESOURCE, WEB).status().readyReplicas())
        .isEqualTo(2);
  }

  @Test
  void bothClientLibrariesReachTheSameCluster(ApiClient official, Config config) throws Exception {
    assertThat(fabric8.nodes().list().getItems()).hasSize(3);
    assertThat(new CoreV1Api(official).listNode().execute().getItems()).hasSize(3);
    assertThat(config.getMasterUrl()).startsWith(cluster.url());
  }

  @Test
  void aKubeconfigLiesInAFileThatIsNoTemporaryDirectory(
      @Kubeconfig Path file, @TempDir Path directory) throws Exception {
    assertThat(Files.readString(file)).isEqualTo(cluster.kubeconfig());
    assertThat(directory).isDirectory();
  }

  @Test
  void aClientMayBeSomebodyElse(
      @Kubeconfig(user = "guest", groups = "guests") KubernetesClient guest) {
    assertThatThrownBy(() -> guest.nodes().list())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("User \"guest\" cannot list resource \"nodes\"");
  }

  @Nested
  class Inside {
    private @Nullable Cluster inner;

    @Test
    void aNestedClassHasAPartInTheCluster() {
      assertThat(inner).isSameAs(cluster);
    }
  }

  @Nested
  @KubernetesCluster(nodes = 1)
  class Other {
    @Test
    void aNestedClassMayHaveAClusterOfItsOwn(KubernetesClient client) {
      assertThat(client.nodes().list().getItems().size()).isEqualTo(1);
    }
  }
}
