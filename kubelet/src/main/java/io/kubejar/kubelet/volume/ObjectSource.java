package io.kubejar.kubelet.volume;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.api.core.v1.ServiceAccountTokenProjection;
import io.kubejar.apimachinery.ObjectKey;
import java.time.Instant;
import java.util.Optional;

/// What volumes are made of, from the API.
public interface ObjectSource {
  Optional<ConfigMap> configMap(ObjectKey key) throws InterruptedException;

  Optional<Secret> secret(ObjectKey key) throws InterruptedException;

  /// A token of the pod's service account, bound to the pod; the same one until it should be
  /// renewed.
  Token token(Pod pod, ServiceAccountTokenProjection projection) throws InterruptedException;

  /// A token, and when it is time for the next one.
  record Token(String text, Instant renewAt) {}
}
