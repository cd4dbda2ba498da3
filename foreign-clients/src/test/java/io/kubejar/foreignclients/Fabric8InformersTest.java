package io.kubejar.foreignclients;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// What programs on the fabric8 client see of changes, also across a network that breaks.
@ExtendWith(SharedServer.class)
@Timeout(60)
final class Fabric8InformersTest {
  private static final long PATIENCE_SECONDS = 30;

  private final StartedServer server;
  private final String namespace;

  Fabric8InformersTest(StartedServer server) {
    this.server = server;
    namespace = server.newName("fabric8-informers");
    try (var client = clientOf(server.kubeconfig())) {
      client
          .resource(
              new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
          .create();
    }
  }

  private static KubernetesClient clientOf(String kubeconfig) {
    var config = Config.fromKubeconfig(kubeconfig);
    config.setWatchReconnectInterval(100);
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /// What handlers and watchers were told, one line each.
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  private void assertTold(String... lines) throws InterruptedException {
    for (var line : lines) {
      assertThat(told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(line);
    }
  }

  @Test
  void watchesEveryChange() throws Exception {
    try (var client = clientOf(server.kubeconfig());
        var _ =
            client.configMaps().inNamespace(namespace).withLabel("seen", "yes").watch(teller())) {
      client.resource(configMap("a", "1", "yes")).create();
      client.resource(configMap("hidden", "1", "no")).create();
      client.resource(configMap("a", "2", "yes")).update();
      client.resource(configMap("a", "2", "no")).update(); // Leaves what the selector selects.
      client.resource(configMap("b", "1", "yes")).create();

      assertTold("ADDED a 1", "MODIFIED a 2", "DELETED a 2", "ADDED b 1");
    }
  }

  private Watcher<ConfigMap> teller() {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, ConfigMap it) {
        told.add(action + " " + line(it));
      }

      @Override
      public void onClose(WatcherException cause) {
        told.add("closed: " + cause);
      }
    };
  }

  @Test
  void informersGoOnAfterTheNetworkBroke() throws Exception {
    try (var network = new UnreliableNetwork(server.port());
        var direct = clientOf(server.kubeconfig());
        var client = clientOf(server.kubeconfig(network.port()));
        var informer =
            client.configMaps().inNamespace(namespace).withLabel("seen").inform(handler())) {
      direct.resource(configMap("a", "1", "yes")).create();
      assertTold("added a 1");

      network.cut();
      direct.resource(configMap("a", "2", "yes")).update();
      network.mend();

      assertTold("updated a 2");
      assertThat(informer.isRunning()).isTrue();
    }
  }

  @Test
  void informersListAgainWhenTheirVersionIsGone() throws Exception {
    try (var network = new UnreliableNetwork(server.port());
        var direct = clientOf(server.kubeconfig());
        var client = clientOf(server.kubeconfig(network.port()));
        var informer =
            client.configMaps().inNamespace(namespace).withLabel("seen").inform(handler())) {
      direct.resource(configMap("a", "1", "yes")).create();
      direct.resource(configMap("b", "1", "yes")).create();
      assertTold("added a 1", "added b 1");

      network.cut();
      direct.resource(configMap("a", "2", "yes")).delete();
      direct.resource(configMap("b", "2", "yes")).update();
      direct.resource(configMap("c", "1", "yes")).create();
      server.compact(); // The answer to the resumed watch is 410.
      network.mend();

      var lines = new TreeSet<String>();
      for (int i = 0; i < 3; i++) {
        lines.add(String.valueOf(told.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)));
      }
      assertThat(lines).containsExactly("added c 1", "deleted a 1", "updated b 2");
      assertThat(informer.getIndexer().list()).hasSize(2);
    }
  }

  private ResourceEventHandler<ConfigMap> handler() {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(ConfigMap it) {
        told.add("added " + line(it));
      }

      @Override
      public void onUpdate(ConfigMap old, ConfigMap it) {
        if (!old.getMetadata().getResourceVersion().equals(it.getMetadata().getResourceVersion())) {
          told.add("updated " + line(it));
        }
      }

      @Override
      public void onDelete(ConfigMap it, boolean finalStateUnknown) {
        told.add("deleted " + line(it));
      }
    };
  }

  @Test
  void customResourcesWithoutClassesAreListedWatchedAndHaveStatusAndScale() throws Exception {
    var plural = namespace.replace("-", "") + "s";
    try (var client = clientOf(server.kubeconfig())) {
      var definition = client.apiextensions().v1().customResourceDefinitions();
      definition.resource(CustomResources.definition(plural)).create();
      definition
          .withName(plural + "." + plural + ".example.com")
          .waitUntilCondition(
              Fabric8InformersTest::isEstablished, PATIENCE_SECONDS, TimeUnit.SECONDS);
      var context =
          new ResourceDefinitionContext.Builder()
              .withGroup(plural + ".example.com")
              .withVersion("v1")
              .withKind("Widget")
              .withPlural(plural)
              .withNamespaced(true)
              .build();
      var widgets = client.genericKubernetesResources(context).inNamespace(namespace);
      GenericKubernetesResource widget =
          client
              .getKubernetesSerialization()
              .unmarshal(
                  """
                  apiVersion: %s.example.com/v1
                  kind: Widget
                  metadata: {name: w}
                  spec: {replicas: 1}
                  """
                      .formatted(plural),
                  GenericKubernetesResource.class);
      widgets.resource(widget).create();

      assertThat(widgets.withName("w").scale(4).<Integer>get("spec", "replicas")).isEqualTo(4);
      widgets
          .withName("w")
          .editStatus(
              it -> {
                it.setAdditionalProperty("status", Map.of("replicas", 3));
                it.setAdditionalProperty("spec", Map.of("replicas", 9));
                return it;
              });
      assertThat(widgets.withName("w").get().<Integer>get("status", "replicas")).isEqualTo(3);
      assertThat(widgets.withName("w").get().<Integer>get("spec", "replicas")).isEqualTo(4);
      assertThat(widgets.withName("w").scale().getStatus().getReplicas()).isEqualTo(3);
      assertThat(widgets.list().getItems()).hasSize(1);
      definition.withName(plural + "." + plural + ".example.com").delete();
    }
  }

  /// Whether it is there and served; a new one has no conditions yet.
  private static boolean isEstablished(@Nullable CustomResourceDefinition definition) {
    return definition != null
        && definition.getStatus() != null
        && definition.getStatus().getConditions() != null
        && definition.getStatus().getConditions().stream()
            .anyMatch(it -> it.getType().equals("Established") && it.getStatus().equals("True"));
  }

  private static String line(ConfigMap it) {
    return it.getMetadata().getName() + " " + it.getData().get("key");
  }

  private ConfigMap configMap(String name, String value, String seen) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .addToLabels("seen", seen)
        .endMetadata()
        .addToData("key", value)
        .build();
  }
}
