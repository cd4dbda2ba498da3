package io.kubejar.apiserver.strategy;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodStatus;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.validation.Validation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Pods: they begin as pending, and a node gets time to end them.
public final class PodStrategy extends Strategy<Pod> {
  private static final long DEFAULT_GRACE_SECONDS = 30;

  public PodStrategy() {
    super(Pod.RESOURCE);
  }

  @Override
  public Pod prepareForCreate(Call call, Pod pod) throws InterruptedException {
    var status = PodStatus.EMPTY.withPhase("Pending").withQosClass(QualityOfService.of(pod.spec()));
    return super.prepareForCreate(call, pod).withStatus(status);
  }

  @Override
  public Pod prepareForStatusUpdate(Call call, Pod pod, Pod old) {
    var prepared = super.prepareForStatusUpdate(call, pod, old);
    return prepared.withStatus(prepared.status().withQosClass(old.status().qosClass()));
  }

  @Override
  public Pod prepareForSubresourceUpdate(Call call, String subresource, Pod pod, Pod old)
      throws InterruptedException {
    return switch (subresource) {
      case "ephemeralcontainers" ->
          prepareForUpdate(
              call,
              old.withSpec(old.spec().withEphemeralContainers(pod.spec().ephemeralContainers())),
              old);
      case "resize" ->
          prepareForUpdate(
              call,
              old.withSpec(
                  old.spec()
                      .withContainers(resized(old.spec().containers(), pod.spec().containers()))
                      .withInitContainers(
                          resized(old.spec().initContainers(), pod.spec().initContainers()))),
              old);
      default -> super.prepareForSubresourceUpdate(call, subresource, pod, old);
    };
  }

  @Override
  public List<FieldError> validateUpdate(Call call, String subresource, Pod pod, Pod old) {
    return subresource.equals("ephemeralcontainers")
        ? Validation.ephemeralContainers(pod, old)
        : super.validateUpdate(call, subresource, pod, old);
  }

  private static List<Container> resized(List<Container> old, List<Container> wanted) {
    Map<String, Container> byName =
        wanted.stream()
            .collect(
                Collectors.toMap(
                    Container::name, Function.identity(), (a, _) -> a, LinkedHashMap::new));
    return old.stream()
        .map(
            container -> {
              var other = byName.get(container.name());
              return other == null
                  ? container
                  : container
                      .withResources(other.resources())
                      .withResizePolicy(other.resizePolicy());
            })
        .toList();
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
