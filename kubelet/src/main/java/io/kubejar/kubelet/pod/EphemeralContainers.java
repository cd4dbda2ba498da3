package io.kubejar.kubelet.pod;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.EphemeralContainer;
import io.kubejar.api.core.v1.Pod;
import java.util.List;
import java.util.Optional;

/// The containers that were put into a running pod to look at it, such as by `kubectl debug`. Each
/// is started once, whatever the others do, and never again.
public final class EphemeralContainers {
  private EphemeralContainers() {}

  /// Those of a pod, as containers like all others.
  public static List<Container> of(Pod pod) {
    return pod.spec().ephemeralContainers().stream().map(EphemeralContainers::container).toList();
  }

  /// Whether a container of that name is one of them.
  public static boolean has(Pod pod, String name) {
    return pod.spec().ephemeralContainers().stream().anyMatch(one -> one.name().equals(name));
  }

  /// The container whose processes the one of that name is to see.
  public static Optional<String> target(Pod pod, String name) {
    return pod.spec().ephemeralContainers().stream()
        .filter(one -> one.name().equals(name))
        .map(EphemeralContainer::targetContainerName)
        .filter(target -> !target.isEmpty())
        .findFirst();
  }

  private static Container container(EphemeralContainer from) {
    return Container.builder()
        .name(from.name())
        .image(from.image())
        .command(from.command())
        .args(from.args())
        .workingDir(from.workingDir())
        .env(from.env())
        .envFrom(from.envFrom())
        .volumeMounts(from.volumeMounts())
        .volumeDevices(from.volumeDevices())
        .terminationMessagePath(from.terminationMessagePath())
        .terminationMessagePolicy(from.terminationMessagePolicy())
        .imagePullPolicy(from.imagePullPolicy())
        .securityContext(from.securityContext())
        .stdin(from.stdin())
        .stdinOnce(from.stdinOnce())
        .tty(from.tty())
        .build();
  }
}
