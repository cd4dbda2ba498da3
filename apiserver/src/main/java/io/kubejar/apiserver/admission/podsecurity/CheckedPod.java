package io.kubejar.apiserver.admission.podsecurity;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.ContainerPort;
import io.kubejar.api.core.v1.EphemeralContainer;
import io.kubejar.api.core.v1.Lifecycle;
import io.kubejar.api.core.v1.PodSecurityContext;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.Probe;
import io.kubejar.api.core.v1.SecurityContext;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A pod or the template of one, as the checks look at it.
///
/// @param containers of all kinds: those that start, those that run, those that were added later
record CheckedPod(
    ObjectMeta metadata, PodSpec spec, PodSecurityContext security, List<Part> containers) {

  /// A container of any kind.
  record Part(
      String name,
      SecurityContext security,
      List<ContainerPort> ports,
      List<Probe> probes,
      @Nullable Lifecycle lifecycle) {}

  static CheckedPod of(ObjectMeta metadata, PodSpec spec) {
    var parts =
        Stream.of(
                spec.initContainers().stream().map(CheckedPod::part),
                spec.containers().stream().map(CheckedPod::part),
                spec.ephemeralContainers().stream().map(CheckedPod::part))
            .flatMap(each -> each)
            .toList();
    var security = Objects.requireNonNullElse(spec.securityContext(), PodSecurityContext.EMPTY);
    return new CheckedPod(metadata, spec, security, parts);
  }

  private static Part part(Container it) {
    return new Part(
        it.name(),
        Objects.requireNonNullElse(it.securityContext(), SecurityContext.EMPTY),
        it.ports(),
        probes(it.livenessProbe(), it.readinessProbe(), it.startupProbe()),
        it.lifecycle());
  }

  private static Part part(EphemeralContainer it) {
    return new Part(
        it.name(),
        Objects.requireNonNullElse(it.securityContext(), SecurityContext.EMPTY),
        it.ports(),
        probes(it.livenessProbe(), it.readinessProbe(), it.startupProbe()),
        it.lifecycle());
  }

  private static List<Probe> probes(@Nullable Probe... probes) {
    return Stream.of(probes).filter(Objects::nonNull).map(Objects::requireNonNull).toList();
  }

  boolean forWindows() {
    var os = spec.os();
    return os != null && os.name().equals("windows");
  }

  /// Whether root inside is nobody outside.
  boolean hasUserNamespace() {
    return Boolean.FALSE.equals(spec.hostUsers());
  }
}
