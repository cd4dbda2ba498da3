package io.kubejar.apiserver.admission;

import io.kubejar.api.core.v1.Namespace;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.registry.Registry;
import org.jspecify.annotations.Nullable;

/// Makes the namespace that something is created in, if there is none.
public final class NamespaceAutoProvision implements AdmissionPlugin {
  private final Registry<Namespace> namespaces;
  private final Maker maker;

  /// Creates a namespace as a client would.
  @FunctionalInterface
  public interface Maker {
    void create(Namespace namespace) throws InterruptedException;
  }

  public NamespaceAutoProvision(Registry<Namespace> namespaces, Maker maker) {
    this.namespaces = namespaces;
    this.maker = maker;
  }

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) throws InterruptedException {
    var name = request.namespace();
    boolean wanted =
        request.is(Operation.CREATE)
            && !request.call().dryRun()
            && request.type().namespaced()
            && !name.isEmpty();
    var key = ObjectKey.clusterScoped(name);
    if (wanted && namespaces.cache().get(key).isEmpty() && namespaces.find(key).isEmpty()) {
      make(name);
    }
    return request.object();
  }

  private void make(String name) throws InterruptedException {
    try {
      maker.create(Namespace.EMPTY.withMetadata(ObjectMeta.EMPTY.withName(name)));
    } catch (ApiException refused) {
      if (!refused.isAlreadyExists()) {
        throw refused;
      }
    }
  }
}
