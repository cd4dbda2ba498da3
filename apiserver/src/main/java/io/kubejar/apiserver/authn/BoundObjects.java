package io.kubejar.apiserver.authn;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.api.core.v1.ServiceAccount;
import java.util.Optional;

/// The objects that service-account tokens are bound to, as they are now.
public interface BoundObjects {
  Optional<ServiceAccount> serviceAccount(String namespace, String name);

  Optional<Pod> pod(String namespace, String name);

  Optional<Secret> secret(String namespace, String name);

  Optional<Node> node(String name);
}
