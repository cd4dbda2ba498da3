package io.kubejar.apiserver.admission;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Toleration;
import io.kubejar.api.node.v1.RuntimeClass;
import io.kubejar.api.node.v1.Scheduling;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.registry.Registry;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A pod's runtime class settles what the runtime itself needs, and where such pods can run.
public final class RuntimeClassAdmission implements AdmissionPlugin {
  private final Registry<RuntimeClass> classes;

  public RuntimeClassAdmission(Registry<RuntimeClass> classes) {
    this.classes = classes;
  }

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) throws InterruptedException {
    if (!concerns(request) || !(request.object() instanceof Pod pod)) {
      return request.object();
    }
    var found = runtimeClass(request, pod);
    if (found.isEmpty()) {
      return pod;
    }
    var overhead = found.get().overhead();
    var result = pod;
    if (overhead != null) {
      if (!pod.spec().overhead().isEmpty() && !pod.spec().overhead().equals(overhead.podFixed())) {
        throw mismatch(request);
      }
      result = pod.withSpec(pod.spec().withOverhead(overhead.podFixed()));
    }
    var scheduling = found.get().scheduling();
    return scheduling == null ? result : scheduled(request, result, scheduling);
  }

  private static Pod scheduled(AdmissionRequest request, Pod pod, Scheduling scheduling) {
    var selector = new LinkedHashMap<>(pod.spec().nodeSelector());
    scheduling
        .nodeSelector()
        .forEach(
            (key, value) -> {
              var own = selector.put(key, value);
              if (own != null && !own.equals(value)) {
                throw request.forbidden(
                    "conflict: runtimeClass.scheduling.nodeSelector["
                        + key
                        + "] = "
                        + value
                        + "; pod.spec.nodeSelector["
                        + key
                        + "] = "
                        + own);
              }
            });
    var tolerations = new LinkedHashSet<Toleration>(pod.spec().tolerations());
    tolerations.addAll(scheduling.tolerations());
    return pod.withSpec(
        pod.spec().withNodeSelector(selector).withTolerations(List.copyOf(tolerations)));
  }

  @Override
  public void validate(AdmissionRequest request) throws InterruptedException {
    if (!concerns(request) || !(request.object() instanceof Pod pod)) {
      return;
    }
    var overhead = runtimeClass(request, pod).map(RuntimeClass::overhead);
    if (overhead.isPresent()) {
      if (!overhead.get().podFixed().equals(pod.spec().overhead())) {
        throw mismatch(request);
      }
    } else if (!pod.spec().overhead().isEmpty()) {
      throw request.forbidden(
          "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
    }
  }

  private static ApiException mismatch(AdmissionRequest request) {
    return request.forbidden(
        "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
  }

  private static boolean concerns(AdmissionRequest request) {
    return request.is(Operation.CREATE) && request.concerns("pods");
  }

  private Optional<RuntimeClass> runtimeClass(AdmissionRequest request, Pod pod)
      throws InterruptedException {
    var name = pod.spec().runtimeClassName();
    if (name == null) {
      return Optional.empty();
    }
    var found = classes.find(ObjectKey.clusterScoped(name));
    if (found.isEmpty()) {
      throw request.forbidden("pod rejected: RuntimeClass " + GoText.quoted(name) + " not found");
    }
    return found;
  }
}
