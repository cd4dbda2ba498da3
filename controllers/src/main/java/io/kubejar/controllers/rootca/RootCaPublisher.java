package io.kubejar.controllers.rootca;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.client.Client;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import io.kubejar.client.ListOptions;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import java.util.Map;

/// Keeps the ConfigMap `kube-root-ca.crt` in every namespace. The key is the namespace's.
public final class RootCaPublisher implements Component {
  static final String CONFIG_MAP = "kube-root-ca.crt";
  static final String ENTRY = "ca.crt";
  private static final String DESCRIPTION = "kubernetes.io/description";
  private static final int WORKERS = 1;

  private final String authorityPem;

  /// @param authorityPem the certificates that the API server's own is checked with
  public RootCaPublisher(String authorityPem) {
    this.authorityPem = authorityPem;
  }

  @Override
  public String name() {
    return "root-ca-certificate-publisher-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var namespaces = runtime.informers().informer(Namespace.RESOURCE);
    var published =
        runtime
            .informers()
            .informer(
                ConfigMap.RESOURCE,
                ListOptions.ALL.withFieldSelector("metadata.name=" + CONFIG_MAP));
    var reconciler = new Publish(runtime.client(), namespaces, published, authorityPem);
    var controller =
        runtime.controller(name(), WORKERS, reconciler).watches(namespaces).requires(published);
    published.addHandler(
        InformerHandler.changes(
            map -> controller.enqueue(ObjectKey.clusterScoped(map.metadata().namespace()))));
  }

  private record Publish(
      Client client,
      Informer<Namespace> namespaces,
      Informer<ConfigMap> published,
      String authorityPem)
      implements Reconciler {

    @Override
    public Outcome reconcile(ObjectKey key) throws InterruptedException {
      var namespace = namespaces.find(key);
      if (namespace.isEmpty() || namespace.get().metadata().deletionTimestamp() != null) {
        return Outcome.done();
      }
      var data = Map.of(ENTRY, authorityPem);
      var known = published.find(new ObjectKey(key.name(), CONFIG_MAP));
      if (known.isEmpty()) {
        create(key.name(), data);
      } else if (!known.get().data().equals(data)) {
        client.update(ConfigMap.RESOURCE, known.get().withData(data));
      }
      return Outcome.done();
    }

    private void create(String namespace, Map<String, String> data) throws InterruptedException {
      var metadata =
          ObjectMeta.EMPTY
              .withNamespace(namespace)
              .withName(CONFIG_MAP)
              .withAnnotations(
                  Map.of(DESCRIPTION, "Checks the API server's certificate from inside a pod."));
      try {
        client.create(ConfigMap.RESOURCE, ConfigMap.EMPTY.withMetadata(metadata).withData(data));
      } catch (ApiException refused) {
        if (!refused.isNamespaceTerminating()) {
          throw refused;
        }
      }
    }
  }
}
