package io.kubejar.apiserver.admission.pods;

import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.registry.Registry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Pods run only on the nodes that their namespace selects.
public final class NamespaceNodeSelectors implements AdmissionPlugin {
  /// The name under which the selector of namespaces without one of their own is configured.
  private static final String CLUSTER_DEFAULT = "clusterDefaultNodeSelector";

  private static final String ANNOTATION = "scheduler.alpha.kubernetes.io/node-selector";

  private final Registry<Namespace> namespaces;
  private final Map<String, String> configured;

  /// @param configured the node labels that pods of a namespace may select by, by its name, and the
  ///   default; such as `disk=fast,zone=a`
  public NamespaceNodeSelectors(Registry<Namespace> namespaces, Map<String, String> configured) {
    this.namespaces = namespaces;
    this.configured = Map.copyOf(configured);
  }

  private static boolean concerns(AdmissionRequest request) {
    return request.is(Operation.CREATE) && request.concerns("pods");
  }

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) throws InterruptedException {
    if (!concerns(request) || !(request.object() instanceof Pod pod)) {
      return request.object();
    }
    var selector = ofNamespace(request.namespace());
    check(request, pod, selector);
    var merged = new LinkedHashMap<>(selector);
    merged.putAll(pod.spec().nodeSelector());
    var selecting = pod.withSpec(pod.spec().withNodeSelector(merged));
    checkAllowed(request, selecting);
    return selecting;
  }

  @Override
  public void validate(AdmissionRequest request) throws InterruptedException {
    if (concerns(request) && request.object() instanceof Pod pod) {
      check(request, pod, ofNamespace(request.namespace()));
      checkAllowed(request, pod);
    }
  }

  private static void check(AdmissionRequest request, Pod pod, Map<String, String> selector) {
    selector.forEach(
        (label, value) -> {
          var own = pod.spec().nodeSelector().get(label);
          if (own != null && !own.equals(value)) {
            throw request.forbidden(
                "pod node label selector conflicts with its namespace node label selector");
          }
        });
  }

  private void checkAllowed(AdmissionRequest request, Pod pod) {
    var allowed = labels(configured.getOrDefault(request.namespace(), ""));
    boolean fits =
        allowed.isEmpty()
            || pod.spec().nodeSelector().entrySet().stream()
                .allMatch(label -> Objects.equals(allowed.get(label.getKey()), label.getValue()));
    if (!fits) {
      throw request.forbidden(
          "pod node label selector labels conflict with its namespace whitelist");
    }
  }

  private Map<String, String> ofNamespace(String name) throws InterruptedException {
    var namespace = namespaces.get(ObjectKey.clusterScoped(name));
    var own = namespace.metadata().annotations().get(ANNOTATION);
    return labels(own == null ? configured.getOrDefault(CLUSTER_DEFAULT, "") : own);
  }

  private static Map<String, String> labels(String selector) {
    var labels = new LinkedHashMap<String, String>();
    if (selector.isEmpty()) {
      return labels;
    }
    for (var each : selector.split(",", -1)) {
      var parts = each.split("=", -1);
      if (parts.length != 2) {
        throw ApiException.internal("invalid selector: " + each);
      }
      labels.put(parts[0].strip(), parts[1].strip());
    }
    return labels;
  }
}
