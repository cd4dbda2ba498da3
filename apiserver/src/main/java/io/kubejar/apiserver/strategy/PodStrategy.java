package io.kubejar.apiserver.strategy;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.PodStatus;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.cache.FieldIndex;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.validation.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/// Pods: they begin as pending, and a node gets time to end them.
public final class PodStrategy extends Strategy<Pod> {
  private static final long DEFAULT_GRACE_SECONDS = 30;

  public PodStrategy() {
    super(Pod.RESOURCE);
  }

  /// Every kubelet selects the pods of its node.
  @Override
  public Optional<FieldIndex<Pod>> index() {
    return Optional.of(new FieldIndex<>("spec.nodeName", pod -> pod.spec().nodeName()));
  }

  @Override
  public Pod prepareForCreate(Call call, Pod pod) throws InterruptedException {
    var status = PodStatus.EMPTY.withPhase("Pending").withQosClass(QualityOfService.of(pod.spec()));
    if (!pod.spec().schedulingGates().isEmpty()) {
      status = status.withConditions(List.of(gated(pod)));
    }
    var spec = OwnLabels.merged(pod.spec(), pod.metadata().labels());
    var prepared = super.prepareForCreate(call, pod.withSpec(spec)).withStatus(status);
    return AppArmor.inFields(call, prepared);
  }

  private static PodCondition gated(Pod pod) {
    return PodCondition.EMPTY
        .withType("PodScheduled")
        .withStatus("False")
        .withReason("SchedulingGated")
        .withMessage("Scheduling is blocked due to non-empty scheduling gates")
        .withLastTransitionTime(pod.metadata().creationTimestamp());
  }

  @Override
  public Pod prepareForStatusUpdate(Call call, Pod pod, Pod old) {
    var owned = pod.metadata().withOwnerReferences(old.metadata().ownerReferences());
    var prepared = super.prepareForStatusUpdate(call, pod.withMetadata(owned), old);
    var status =
        DisabledFields.without(
            prepared.status().withNodeAllocatableResourceClaimStatuses(List.of()));
    var classed =
        status.qosClass().isEmpty() ? status.withQosClass(old.status().qosClass()) : status;
    return prepared.withStatus(ObservedGenerations.kept(classed, old.status()));
  }

  @Override
  public Pod prepareForSubresourceUpdate(Call call, String subresource, Pod pod, Pod old)
      throws InterruptedException {
    return switch (subresource) {
      case "ephemeralcontainers" -> {
        var containers = pod.spec().ephemeralContainers();
        yield changed(call, pod, old, old.spec().withEphemeralContainers(containers));
      }
      case "resize" -> resized(call, pod, old);
      default -> super.prepareForSubresourceUpdate(call, subresource, pod, old);
    };
  }

  /// The pod as it was, but for its spec and for who manages which field.
  private Pod changed(Call call, Pod pod, Pod old, PodSpec spec) throws InterruptedException {
    var metadata =
        old.metadata()
            .withManagedFields(pod.metadata().managedFields())
            .withResourceVersion(pod.metadata().resourceVersion());
    return prepareForUpdate(call, old.withMetadata(metadata).withSpec(spec), old);
  }

  /// Containers that come, go or change places are left to validation.
  private Pod resized(Call call, Pod pod, Pod old) throws InterruptedException {
    var now = pod.spec();
    var was = old.spec();
    if (now.containers().size() != was.containers().size()
        || now.initContainers().size() != was.initContainers().size()) {
      return prepareForUpdate(call, pod, old);
    }
    return changed(
        call,
        pod,
        old,
        was.withContainers(resized(now.containers(), was.containers()))
            .withInitContainers(resized(now.initContainers(), was.initContainers()))
            .withResources(now.resources()));
  }

  private static List<Container> resized(List<Container> now, List<Container> was) {
    var resized = new ArrayList<Container>();
    for (int i = 0; i < now.size(); i++) {
      var wanted = now.get(i);
      if (!wanted.name().equals(was.get(i).name())) {
        return now;
      }
      resized.add(
          was.get(i).withResources(wanted.resources()).withResizePolicy(wanted.resizePolicy()));
    }
    return resized;
  }

  @Override
  public List<FieldError> validateUpdate(Call call, String subresource, Pod pod, Pod old) {
    return switch (subresource) {
      case "ephemeralcontainers" -> Validation.ephemeralContainers(pod, old);
      case "resize" -> {
        var was = old.status().qosClass();
        var before = was.isEmpty() ? QualityOfService.of(old.spec()) : was;
        yield Validation.resize(pod, old, before.equals(QualityOfService.of(pod.spec())));
      }
      default -> super.validateUpdate(call, subresource, pod, old);
    };
  }

  @Override
  public OptionalLong gracePeriod(Pod pod, DeleteOptions options) {
    boolean nobodyRunsIt = pod.spec().nodeName().isEmpty();
    var phase = pod.status().phase();
    if (nobodyRunsIt || phase.equals("Failed") || phase.equals("Succeeded")) {
      return OptionalLong.of(0);
    }
    var period =
        options.gracePeriodSeconds() != null
            ? options.gracePeriodSeconds()
            : Objects.requireNonNullElse(
                pod.spec().terminationGracePeriodSeconds(), DEFAULT_GRACE_SECONDS);
    return OptionalLong.of(period < 0 ? 1 : period);
  }
}
