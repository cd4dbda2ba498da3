package io.kubejar.kubelet.runtime;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.client.EventRecorder;
import io.kubejar.cri.CriClient;
import io.kubejar.cri.CriException;
import io.kubejar.cri.runtime.v1.Image;
import io.kubejar.cri.runtime.v1.PodSandboxConfig;
import io.kubejar.kubelet.env.ContainerFailure;
import io.kubejar.kubelet.pod.BackOffs;
import io.kubejar.kubelet.pod.GoDurations;
import io.kubejar.kubelet.pod.PodFacts;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Makes sure that a container's image is there, as its pull policy says.
final class Images {
  private record Failure(java.time.Instant at, String message) {}

  private final CriClient cri;
  private final EventRecorder events;
  private final Clock clock;
  private final BackOffs backOffs = new BackOffs();
  private final Map<String, Failure> failures = new ConcurrentHashMap<>();

  Images(CriClient cri, EventRecorder events, Clock clock) {
    this.cri = cri;
    this.events = events;
    this.clock = clock;
  }

  /// Answers the image, or throws with the reason by which the container waits.
  Image ensure(Pod pod, Container container, PodSandboxConfig sandbox)
      throws ContainerFailure, InterruptedException {
    String name = container.image();
    String path = PodFacts.fieldPath(pod, container.name());
    var present = find(pod, path, name);
    boolean always = container.imagePullPolicy().equals("Always");
    if (present != null && !always) {
      events.event(
          pod,
          path,
          EventRecorder.NORMAL,
          "Pulled",
          "Container image \""
              + name
              + "\" already present on machine and can be accessed by the pod");
      return present;
    }
    if (container.imagePullPolicy().equals("Never")) {
      String message = "Container image \"" + name + "\" is not present with pull policy of Never";
      events.event(pod, path, EventRecorder.WARNING, "ErrImageNeverPull", message);
      throw new ContainerFailure("ErrImageNeverPull", message);
    }
    return pull(pod, path, name, sandbox);
  }

  private @Nullable Image find(Pod pod, String path, String name)
      throws ContainerFailure, InterruptedException {
    try {
      var status = cri.imageStatus(name);
      return status.hasImage() && !status.getImage().getId().isEmpty() ? status.getImage() : null;
    } catch (CriException e) {
      boolean invalid = String.valueOf(e.getMessage()).contains("invalid reference");
      String message =
          invalid
              ? "Failed to apply default image tag \""
                  + name
                  + "\": couldn't parse image name \""
                  + name
                  + "\": invalid reference format"
              : "Failed to inspect image \"" + name + "\": " + e.getMessage();
      events.event(pod, path, EventRecorder.WARNING, "InspectFailed", message);
      throw new ContainerFailure(invalid ? "InvalidImageName" : "ImageInspectError", message);
    }
  }

  private Image pull(Pod pod, String path, String name, PodSandboxConfig sandbox)
      throws ContainerFailure, InterruptedException {
    String key = pod.metadata().uid() + "_" + name;
    var now = clock.instant();
    var last = failures.get(key);
    if (last != null && !backOffs.left(key, last.at(), now).isZero()) {
      String message = "Back-off pulling image \"" + name + "\"";
      events.event(pod, path, EventRecorder.NORMAL, "BackOff", message);
      throw new ContainerFailure("ImagePullBackOff", message + ": ErrImagePull: " + last.message());
    }
    events.event(pod, path, EventRecorder.NORMAL, "Pulling", "Pulling image \"" + name + "\"");
    try {
      cri.pullImage(name, sandbox);
      failures.remove(key);
      backOffs.forget(key);
      var took = GoDurations.text(Duration.between(now, clock.instant()));
      var image = find(pod, path, name);
      events.event(
          pod,
          path,
          EventRecorder.NORMAL,
          "Pulled",
          "Successfully pulled image \"%s\" in %s (%s including waiting). Image size: %d bytes."
              .formatted(name, took, took, image == null ? 0 : image.getSize()));
      if (image == null) {
        throw new ContainerFailure("ErrImagePull", "image \"" + name + "\" is gone after its pull");
      }
      return image;
    } catch (CriException e) {
      backOffs.next(key, now);
      String message = String.valueOf(e.getMessage());
      failures.put(key, new Failure(clock.instant(), message));
      events.event(
          pod,
          path,
          EventRecorder.WARNING,
          "Failed",
          "Failed to pull image \"" + name + "\": " + message);
      throw new ContainerFailure("ErrImagePull", message);
    }
  }

  /// When the next try makes sense.
  Duration wait(Pod pod, Container container) {
    String key = pod.metadata().uid() + "_" + container.image();
    var last = failures.get(key);
    return last == null ? Duration.ZERO : backOffs.left(key, last.at(), clock.instant());
  }

  void forget(Pod pod) {
    failures.keySet().removeIf(key -> key.startsWith(pod.metadata().uid() + "_"));
  }
}
