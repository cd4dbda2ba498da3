package io.kubejar.apiserver.admission;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.scheduling.v1.PriorityClass;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.registry.Registry;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A pod's priority is the number behind the name of its class.
public final class PriorityAdmission implements AdmissionPlugin {
  private final Registry<PriorityClass> classes;

  public PriorityAdmission(Registry<PriorityClass> classes) {
    this.classes = classes;
  }

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) throws InterruptedException {
    boolean newPod = request.is(Operation.CREATE) && request.concerns("pods");
    if (!newPod || !(request.object() instanceof Pod pod)) {
      return request.object();
    }
    var name = pod.spec().priorityClassName();
    var chosen = name.isEmpty() ? byDefault() : Optional.of(named(request, name));
    int priority = chosen.map(PriorityClass::value).orElse(0);
    var policy =
        chosen
            .map(it -> Objects.requireNonNullElse(it.preemptionPolicy(), "PreemptLowerPriority"))
            .orElse("PreemptLowerPriority");
    var given = pod.spec().priority();
    if (given != null && given != priority) {
      throw ApiException.forbidden(
          request.resource(),
          request.name(),
          "the integer value of priority ("
              + given
              + ") must not be provided in pod spec; priority admission controller computed "
              + priority
              + " from the given PriorityClass name");
    }
    return pod.withSpec(
        pod.spec()
            .withPriority(priority)
            .withPriorityClassName(chosen.map(it -> it.metadata().name()).orElse(""))
            .withPreemptionPolicy(
                Objects.requireNonNullElse(pod.spec().preemptionPolicy(), policy)));
  }

  private PriorityClass named(AdmissionRequest request, String name) throws InterruptedException {
    return classes
        .find(ObjectKey.clusterScoped(name))
        .orElseThrow(
            () ->
                ApiException.forbidden(
                    request.resource(),
                    request.name(),
                    "no PriorityClass with name " + name + " was found"));
  }

  /// The default class; the lowest, should there be several.
  private Optional<PriorityClass> byDefault() {
    return classes.cache().list(Selection.all()).objects().stream()
        .map(Stored::object)
        .filter(PriorityClass::globalDefault)
        .min(Comparator.comparingInt(PriorityClass::value));
  }
}
