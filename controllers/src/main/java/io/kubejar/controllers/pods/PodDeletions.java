package io.kubejar.controllers.pods;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.Preconditions;
import io.kubejar.client.Client;

/// Deletes a pod, and never another one that has taken its name meanwhile.
public final class PodDeletions {
  private PodDeletions() {}

  /// With the grace period that the pod asks for.
  public static void delete(Client client, Pod pod) throws InterruptedException {
    client.delete(Pod.RESOURCE, ObjectKey.of(pod), onlyThis(pod));
  }

  /// Without asking its node.
  public static void force(Client client, Pod pod) throws InterruptedException {
    client.delete(Pod.RESOURCE, ObjectKey.of(pod), onlyThis(pod).withGracePeriodSeconds(0L));
  }

  private static DeleteOptions onlyThis(Pod pod) {
    return DeleteOptions.EMPTY.withPreconditions(Preconditions.EMPTY.withUid(pod.metadata().uid()));
  }
}
