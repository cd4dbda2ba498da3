package io.kubejar.apiserver.admission.pods;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.api.core.v1.Toleration;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.registry.Registry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Pods get the tolerations of their namespace and may have no others than it allows.
public final class RestrictedTolerations implements AdmissionPlugin {
  private static final String DEFAULTS = "scheduler.alpha.kubernetes.io/defaultTolerations";
  private static final String ALLOWED = "scheduler.alpha.kubernetes.io/tolerationsWhitelist";
  private static final Toleration MEMORY_PRESSURE =
      Toleration.EMPTY
          .withKey("node.kubernetes.io/memory-pressure")
          .withOperator("Exists")
          .withEffect("NoSchedule");

  private final Registry<Namespace> namespaces;
  private final Settings settings;

  /// For namespaces that say nothing themselves.
  public record Settings(List<Toleration> defaults, List<Toleration> allowed) {
    public static final Settings NONE = new Settings(List.of(), List.of());

    public Settings {
      defaults = List.copyOf(defaults);
      allowed = List.copyOf(allowed);
    }
  }

  public RestrictedTolerations(Registry<Namespace> namespaces, Settings settings) {
    this.namespaces = namespaces;
    this.settings = settings;
  }

  private static boolean concerns(AdmissionRequest request) {
    return (request.is(Operation.CREATE) || request.is(Operation.UPDATE))
        && request.concerns("pods");
  }

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) throws InterruptedException {
    if (!concerns(request) || !(request.object() instanceof Pod pod)) {
      return request.object();
    }
    var extra = new ArrayList<Toleration>();
    if (request.is(Operation.CREATE)) {
      extra.addAll(
          Objects.requireNonNullElse(
              annotated(request.namespace(), DEFAULTS), settings.defaults()));
    }
    if (asksForCompute(pod)) {
      extra.add(MEMORY_PRESSURE);
    }
    var spec = pod.spec();
    var merged =
        extra.isEmpty() ? spec.tolerations() : Tolerations.merged(extra, spec.tolerations());
    var changed = pod.withSpec(spec.withTolerations(merged));
    check(request, changed);
    return changed;
  }

  /// Whether the pod is not of the lowest quality of service, and so outlives others when memory is
  /// short.
  private static boolean asksForCompute(Pod pod) {
    return Stream.concat(pod.spec().containers().stream(), pod.spec().initContainers().stream())
        .map(Container::resources)
        .anyMatch(RestrictedTolerations::asksForCompute);
  }

  private static boolean asksForCompute(ResourceRequirements resources) {
    return Stream.of("cpu", "memory")
        .flatMap(name -> Stream.of(resources.requests().get(name), resources.limits().get(name)))
        .anyMatch(amount -> amount != null && amount.signum() > 0);
  }

  @Override
  public void validate(AdmissionRequest request) throws InterruptedException {
    if (concerns(request) && request.object() instanceof Pod pod) {
      check(request, pod);
    }
  }

  private void check(AdmissionRequest request, Pod pod) throws InterruptedException {
    var own = annotated(request.namespace(), ALLOWED);
    var allowed = own == null ? settings.allowed() : own;
    if (!Tolerations.allAllowed(pod.spec().tolerations(), allowed)) {
      throw failure(
          "pod tolerations (possibly merged with namespace default tolerations) conflict with its"
              + " namespace whitelist");
    }
  }

  /// Upstream gives these refusals no reason of their own.
  private static ApiException failure(String message) {
    return new ApiException(Status.EMPTY.withStatus("Failure").withCode(500).withMessage(message));
  }

  /// What the namespace says; null if it says nothing.
  private @Nullable List<Toleration> annotated(String name, String annotation)
      throws InterruptedException {
    var namespace = namespaces.get(ObjectKey.clusterScoped(name));
    var text = namespace.metadata().annotations().get(annotation);
    if (text == null) {
      return null;
    }
    if (text.isEmpty()) {
      return List.of();
    }
    try {
      return JsonParser.parse(text) instanceof JsonArray(var values)
          ? values.stream().map(Toleration.CODEC::fromTree).toList()
          : List.of();
    } catch (JsonFormatException malformed) {
      throw failure(String.valueOf(malformed.getMessage()));
    }
  }
}
