package io.kubejar.apiserver.admission.pods;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.EphemeralContainer;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Lets every pod pull its images, so that nobody uses a private one that lies on the node for
/// somebody else.
public final class AlwaysPullImages implements AdmissionPlugin {
  private static final String ALWAYS = "Always";

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) {
    return concerns(request) && request.object() instanceof Pod pod
        ? pulling(pod)
        : request.object();
  }

  /// Updates that bring no new image are left alone.
  private static boolean concerns(AdmissionRequest request) {
    if (!request.concerns("pods")) {
      return false;
    }
    boolean newImages =
        request.is(Operation.UPDATE)
            && request.object() instanceof Pod now
            && request.old() instanceof Pod old
            && !images(old).containsAll(images(now));
    return request.is(Operation.CREATE) || newImages;
  }

  private static Set<String> images(Pod pod) {
    var images = new HashSet<String>();
    Stream.concat(pod.spec().initContainers().stream(), pod.spec().containers().stream())
        .map(Container::image)
        .forEach(images::add);
    pod.spec().ephemeralContainers().stream().map(EphemeralContainer::image).forEach(images::add);
    return images;
  }

  private static Pod pulling(Pod pod) {
    var spec = pod.spec();
    return pod.withSpec(
        spec.withInitContainers(
                spec.initContainers().stream()
                    .map(each -> each.withImagePullPolicy(ALWAYS))
                    .toList())
            .withContainers(
                spec.containers().stream().map(each -> each.withImagePullPolicy(ALWAYS)).toList())
            .withEphemeralContainers(
                spec.ephemeralContainers().stream()
                    .map(each -> each.withImagePullPolicy(ALWAYS))
                    .toList())
            .withVolumes(spec.volumes().stream().map(AlwaysPullImages::pulling).toList()));
  }

  private static Volume pulling(Volume volume) {
    var image = volume.image();
    return image == null ? volume : volume.withImage(image.withPullPolicy(ALWAYS));
  }
}
