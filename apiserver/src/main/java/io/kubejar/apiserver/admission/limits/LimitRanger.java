package io.kubejar.apiserver.admission.limits;

import io.kubejar.api.core.v1.LimitRange;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.registry.Registry;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What containers, pods and claims of a namespace may ask for, and what they get if they do not
/// ask.
public final class LimitRanger implements AdmissionPlugin {
  private final Registry<LimitRange> ranges;

  public LimitRanger(Registry<LimitRange> ranges) {
    this.ranges = ranges;
  }

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) throws InterruptedException {
    boolean newPod = request.is(Operation.CREATE) && request.concerns("pods");
    if (!newPod || !(request.object() instanceof Pod pod)) {
      return request.object();
    }
    var filled = pod;
    for (var range : ranges(request.namespace())) {
      filled = ContainerRequests.filled(filled, range);
    }
    return filled;
  }

  @Override
  public void validate(AdmissionRequest request) throws InterruptedException {
    if (!concerns(request)) {
      return;
    }
    for (var range : ranges(request.namespace())) {
      var problems =
          switch (request.object()) {
            case Pod pod -> RangeCheck.of(range, pod);
            case PersistentVolumeClaim claim -> RangeCheck.of(range, claim);
            case null, default -> List.<String>of();
          };
      if (!problems.isEmpty()) {
        throw request.forbidden(text(problems));
      }
    }
  }

  /// Containers of a pod that exists can only be resized; claims can grow.
  private static boolean concerns(AdmissionRequest request) {
    var old = request.old();
    boolean ending = old != null && old.metadata().deletionTimestamp() != null;
    boolean update = request.is(Operation.UPDATE);
    if (ending || (!update && !request.is(Operation.CREATE))) {
      return false;
    }
    return switch (request.object()) {
      case Pod _ -> request.subresource().equals(update ? "resize" : "");
      case PersistentVolumeClaim _ -> request.subresource().isEmpty();
      case null, default -> false;
    };
  }

  private static String text(List<String> problems) {
    var distinct = problems.stream().distinct().toList();
    return distinct.size() == 1
        ? distinct.getFirst()
        : distinct.stream().collect(Collectors.joining(", ", "[", "]"));
  }

  private List<LimitRange> ranges(String namespace) throws InterruptedException {
    var selection = Selection.<LimitRange>namespace(namespace);
    return ranges.currentCache().list(selection).objects().stream().map(Stored::object).toList();
  }
}
