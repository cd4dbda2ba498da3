package io.kubejar.apiserver.admission.pods;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.api.quota.Amounts;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.registry.Registry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Pods are not changed into what their node does not say it can do.
public final class DeclaredFeatures implements AdmissionPlugin {
  private static final String INIT_CONTAINERS = "InPlacePodVerticalScalingInitContainers";
  private static final String POD_LEVEL = "InPlacePodLevelResourcesVerticalScaling";

  private final Registry<Node> nodes;

  public DeclaredFeatures(Registry<Node> nodes) {
    this.nodes = nodes;
  }

  @Override
  public void validate(AdmissionRequest request) {
    var part = request.subresource();
    if (!request.is(Operation.UPDATE)
        || !(part.isEmpty() || part.equals("resize"))
        || !(request.object() instanceof Pod pod)
        || !(request.old() instanceof Pod old)
        || pod.spec().nodeName().isEmpty()) {
      return;
    }
    var needed = needed(old, pod);
    if (needed.isEmpty()) {
      return;
    }
    var name = pod.spec().nodeName();
    var node =
        nodes
            .cache()
            .get(ObjectKey.clusterScoped(name))
            .orElseThrow(() -> request.forbidden("node \"" + name + "\" not found"))
            .object();
    needed.removeAll(node.status().declaredFeatures());
    if (!needed.isEmpty()) {
      throw request.forbidden(
          "pod update requires features "
              + String.join(", ", needed)
              + " which are not available on node \""
              + name
              + "\"");
    }
  }

  /// The features that this change needs, in order.
  private static List<String> needed(Pod old, Pod now) {
    var needed = new ArrayList<String>();
    if (!same(old.spec().resources(), now.spec().resources())) {
      needed.add(POD_LEVEL);
    }
    var then = old.spec().initContainers();
    for (int i = 0; i < Math.min(then.size(), now.spec().initContainers().size()); i++) {
      var container = then.get(i);
      if (!isSidecar(container)
          && !container.resources().equals(now.spec().initContainers().get(i).resources())) {
        needed.add(INIT_CONTAINERS);
        break;
      }
    }
    return needed;
  }

  private static boolean same(
      @Nullable ResourceRequirements one, @Nullable ResourceRequirements other) {
    if (one == null || other == null) {
      return one == null && other == null;
    }
    return Amounts.same(one.requests(), other.requests())
        && Amounts.same(one.limits(), other.limits())
        && one.claims().equals(other.claims());
  }

  private static boolean isSidecar(Container container) {
    return "Always".equals(container.restartPolicy());
  }
}
