package io.kubejar.apiserver.admission;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;

/// How somebody wants to connect, such as `PodExecOptions`: what admission looks at instead of an
/// object when nothing is written.
public record ConnectOptions(String apiVersion, String kind, JsonObject json)
    implements KubernetesObject {
  @Override
  public ObjectMeta metadata() {
    return ObjectMeta.EMPTY;
  }

  @Override
  public ConnectOptions withMetadata(ObjectMeta metadata) {
    return this;
  }
}
