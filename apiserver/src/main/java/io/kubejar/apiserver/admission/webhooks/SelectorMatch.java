package io.kubejar.apiserver.admission.webhooks;

import io.kubejar.api.core.v1.Namespace;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.selector.Selector;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.admission.ConnectOptions;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.registry.Registry;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whether a request's object and its namespace have the labels that a webhook or a policy wants.
public record SelectorMatch(Registry<Namespace> namespaces) {

  /// The object as it is or as it was.
  public static boolean selectsObject(Selector selector, AdmissionRequest request) {
    return selector.isEmpty()
        || selects(selector, request.object())
        || selects(selector, request.old());
  }

  private static boolean selects(Selector selector, @Nullable KubernetesObject object) {
    return object != null
        && !(object instanceof ConnectOptions)
        && selector.matches(object.metadata().labels());
  }

  /// What belongs to no namespace is always selected.
  public boolean selectsNamespace(Selector selector, AdmissionRequest request)
      throws InterruptedException {
    return selector.isEmpty()
        || request.reviewedNamespace().isEmpty()
        || selector.matches(labels(request));
  }

  private Map<String, String> labels(AdmissionRequest request) throws InterruptedException {
    boolean written = request.is(Operation.CREATE) || request.is(Operation.UPDATE);
    if (request.concerns("namespaces") && written && request.object() != null) {
      return request.object().metadata().labels();
    }
    return namespace(request.reviewedNamespace()).metadata().labels();
  }

  /// The namespace of this name, from the cache if it is there already.
  public Namespace namespace(String name) throws InterruptedException {
    var key = ObjectKey.clusterScoped(name);
    var cached = namespaces.cache().get(key).map(Stored::object);
    return cached.isPresent() ? cached.get() : namespaces.get(key);
  }
}
