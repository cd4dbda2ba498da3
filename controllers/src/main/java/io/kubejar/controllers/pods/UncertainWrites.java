package io.kubejar.controllers.pods;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Client;
import io.kubejar.client.Informer;
import io.kubejar.client.ListOptions;
import io.kubejar.controllers.ownership.ControllerRefs;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Creations whose answer was lost: the pod may be there or not.
///
/// The name of a pod is made up by the server, so trying again could make a second one. After such
/// a failure nothing is created until the cache shows every pod that the server has.
public final class UncertainWrites {
  private final Client client;
  private final Informer<Pod> pods;
  private final Set<ObjectKey> keys = ConcurrentHashMap.newKeySet();

  public UncertainWrites(Client client, Informer<Pod> pods) {
    this.client = client;
    this.pods = pods;
  }

  /// A refusal says that nothing was written; an error of the server or the network does not.
  public void noteIfUnclear(ObjectKey owner, ApiException failure) {
    if (failure.code() >= 500) {
      keys.add(owner);
    }
  }

  /// Whether the cache is known to show all pods of the owner.
  public boolean settled(KubernetesObject owner) throws InterruptedException {
    var key = ObjectKey.of(owner);
    if (!keys.contains(key)) {
      return true;
    }
    for (var pod : client.list(Pod.RESOURCE, ListOptions.inNamespace(key.namespace())).items()) {
      boolean known =
          pods.find(ObjectKey.of(pod))
              .filter(cached -> cached.metadata().uid().equals(pod.metadata().uid()))
              .isPresent();
      if (ControllerRefs.isControlledBy(pod, owner) && !known) {
        return false; // Its arrival in the cache brings us back.
      }
    }
    keys.remove(key);
    return true;
  }

  public void forget(ObjectKey owner) {
    keys.remove(owner);
  }
}
