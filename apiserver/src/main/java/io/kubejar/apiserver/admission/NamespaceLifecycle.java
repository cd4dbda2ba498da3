package io.kubejar.apiserver.admission;

import io.kubejar.api.core.v1.Namespace;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.StatusCause;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.registry.Registry;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Nothing is made in a namespace that is not there, or no longer; and some namespaces stay.
public final class NamespaceLifecycle implements AdmissionPlugin {
  private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");
  private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

  private final Registry<Namespace> namespaces;

  public NamespaceLifecycle(Registry<Namespace> namespaces) {
    this.namespaces = namespaces;
  }

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) throws InterruptedException {
    if (request.is(Operation.CREATE) && request.type().namespaced()) {
      checkNamespace(request);
    }
    return request.object();
  }

  @Override
  public void validate(AdmissionRequest request) {
    boolean deletion = request.is(Operation.DELETE) && request.concerns("namespaces");
    if (deletion && IMMORTAL.contains(request.name())) {
      throw ApiException.forbidden(NAMESPACES, request.name(), "this namespace may not be deleted");
    }
  }

  private void checkNamespace(AdmissionRequest request) throws InterruptedException {
    var key = ObjectKey.clusterScoped(request.namespace());
    var cached = namespaces.cache().get(key).map(stored -> stored.object());
    var found = cached.isPresent() ? cached : namespaces.find(key);
    if (found.isEmpty()) {
      throw ApiException.notFound(NAMESPACES, request.namespace());
    }
    if (found.get().status().phase().equals("Terminating")) {
      throw ApiException.forbidden(
              request.resource(),
              request.name(),
              "unable to create new content in namespace "
                  + request.namespace()
                  + " because it is being terminated")
          .withCause(
              StatusCause.EMPTY
                  .withReason("NamespaceTerminating")
                  .withMessage("namespace " + request.namespace() + " is being terminated")
                  .withField("metadata.namespace"));
    }
  }
}
