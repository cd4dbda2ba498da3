package io.kubejar.apiserver.admission.pods;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Toleration;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Lets pods that ask for special resources onto the nodes that are kept free for them: these have
/// taints that are called like the resource.
public final class ResourceTolerations implements AdmissionPlugin {

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) {
    boolean written = request.is(Operation.CREATE) || request.is(Operation.UPDATE);
    if (!written || !request.concerns("pods") || !(request.object() instanceof Pod pod)) {
      return request.object();
    }
    var names = new TreeSet<String>();
    Stream.concat(pod.spec().containers().stream(), pod.spec().initContainers().stream())
        .flatMap(container -> container.resources().requests().keySet().stream())
        .filter(ResourceTolerations::isExtended)
        .forEach(names::add);
    var tolerations = pod.spec().tolerations();
    for (var name : names) {
      tolerations = with(tolerations, tolerationOf(name));
    }
    return pod.withSpec(pod.spec().withTolerations(tolerations));
  }

  private static boolean isExtended(String name) {
    return name.contains("/") && !name.contains("kubernetes.io/") && !name.startsWith("requests.");
  }

  private static Toleration tolerationOf(String name) {
    return Toleration.EMPTY.withKey(name).withOperator("Exists").withEffect("NoSchedule");
  }

  /// What tolerates the same for a limited time does so for ever.
  private static List<Toleration> with(List<Toleration> tolerations, Toleration wanted) {
    var all = new ArrayList<>(tolerations);
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).withTolerationSeconds(null).equals(wanted)) {
        all.set(i, wanted);
        return all;
      }
    }
    all.add(wanted);
    return all;
  }
}
