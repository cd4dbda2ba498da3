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
  public void validate(AdmissionRequest request) throws InterruptedException {
    boolean written = request.is(Operation.CREATE) || request.is(Operation.UPDATE);
    if (!written
        || !(request.object() instanceof PriorityClass wanted)
        || !wanted.globalDefault()) {
      return;
    }
    var other = byDefault().filter(it -> !it.metadata().name().equals(wanted.metadata().name()));
    if (other.isPresent()) {
      throw request.forbidden(
          "PriorityClass "
              + other.get().metadata().name()
              + " is already marked as default. Only one default can exist");
    }
  }

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) throws InterruptedException {
    if (!request.concerns("pods") || !(request.object() instanceof Pod pod)) {
      return request.object();
    }
    return switch (request.operation()) {
      case CREATE -> prioritized(request, pod);
      case UPDATE -> request.old() instanceof Pod before ? kept(pod, before) : pod;
      case DELETE, CONNECT -> pod;
    };
  }

  /// Clients that do not know these fields must not remove them.
  private static Pod kept(Pod pod, Pod before) {
    var spec = pod.spec();
    var old = before.spec();
    return pod.withSpec(
        spec.withPriority(spec.priority() == null ? old.priority() : spec.priority())
            .withPreemptionPolicy(
                spec.preemptionPolicy() == null
                    ? old.preemptionPolicy()
                    : spec.preemptionPolicy()));
  }

  private Pod prioritized(AdmissionRequest request, Pod pod) throws InterruptedException {
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
    var givenPolicy = pod.spec().preemptionPolicy();
    if (givenPolicy != null && !givenPolicy.equals(policy)) {
      throw request.forbidden(
          "the string value of PreemptionPolicy ("
              + givenPolicy
              + ") must not be provided in pod spec; priority admission controller computed "
              + policy
              + " from the given PriorityClass name");
    }
    return pod.withSpec(
        pod.spec()
            .withPriority(priority)
            .withPriorityClassName(chosen.map(it -> it.metadata().name()).orElse(""))
            .withPreemptionPolicy(policy));
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
