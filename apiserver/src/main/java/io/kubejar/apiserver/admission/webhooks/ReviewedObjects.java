package io.kubejar.apiserver.admission.webhooks;

import io.kubejar.api.BuiltInKinds;
import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.RawExtension;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.ConnectOptions;
import org.jspecify.annotations.Nullable;

/// Objects as webhooks see them: JSON in the version they want, and back.
public final class ReviewedObjects {
  private static final String SCALE = "scale";

  private final EquivalentTypes equivalents;
  private final ObjectViews views;

  public ReviewedObjects(EquivalentTypes equivalents, ObjectViews views) {
    this.equivalents = equivalents;
    this.views = views;
  }

  /// The version that the client asked in.
  public ResourceType<?> requested(AdmissionRequest request) {
    return equivalents.requested(request);
  }

  RawExtension show(
      @Nullable KubernetesObject object, ResourceType<?> seen, AdmissionRequest request)
      throws InterruptedException {
    return object == null ? RawExtension.EMPTY : RawExtension.of(tree(object, seen, request));
  }

  /// The object as JSON in the version that is seen.
  public JsonObject tree(KubernetesObject object, ResourceType<?> seen, AdmissionRequest request)
      throws InterruptedException {
    if (object instanceof ConnectOptions options) {
      return options.json();
    }
    if (isScaled(object, request)) {
      return (JsonObject) Scale.CODEC.toTree(views.scale(object, request.type()));
    }
    if (!isOfType(object, request)) {
      return (JsonObject) toTree(codec(object), object);
    }
    var converted =
        seen.equals(request.type()) ? object : equivalents.convert(object, request.type(), seen);
    return (JsonObject) toTree(seen.codec(), converted);
  }

  /// The object that a changed JSON stands for.
  ///
  /// @param object what it was made of
  /// @throws io.kubejar.apimachinery.json.JsonFormatException if it is no such object any more
  public KubernetesObject read(
      JsonValue changed, KubernetesObject object, ResourceType<?> seen, AdmissionRequest request)
      throws InterruptedException {
    if (object instanceof ConnectOptions options) {
      return new ConnectOptions(options.apiVersion(), options.kind(), (JsonObject) changed);
    }
    if (isScaled(object, request)) {
      var scale = Scale.CODEC.fromTree(changed);
      return views.withReplicas(object, request.type(), scale.spec().replicas());
    }
    if (!isOfType(object, request)) {
      return (KubernetesObject) codec(object).fromTree(changed);
    }
    var read = views.defaulted(seen.codec().fromTree(changed), seen);
    return seen.equals(request.type()) ? read : equivalents.convert(read, seen, request.type());
  }

  /// Subresources such as `binding` carry a kind of their own.
  private static boolean isOfType(KubernetesObject object, AdmissionRequest request) {
    var gvk = request.type().gvk();
    return object.kind().equals(gvk.kind()) && object.apiVersion().equals(gvk.apiVersion());
  }

  private static boolean isScaled(KubernetesObject object, AdmissionRequest request) {
    return request.subresource().equals(SCALE) && isOfType(object, request);
  }

  private static Codec<?> codec(KubernetesObject object) {
    var kind = GroupVersionKind.parse(object.apiVersion(), object.kind());
    return BuiltInKinds.codec(kind)
        .orElseThrow(() -> new IllegalStateException("no codec for " + kind));
  }

  @SuppressWarnings("unchecked") // The codec was found by the object's own kind.
  private static <T> JsonValue toTree(Codec<T> codec, KubernetesObject object) {
    return codec.toTree((T) object);
  }
}
