package io.kubejar.apiserver.admission.policies;

import io.kubejar.api.core.v1.Namespace;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.cel.library.Authorizers;
import io.kubejar.apimachinery.cel.plan.Bindings;
import io.kubejar.apimachinery.cel.value.JsonViews;
import io.kubejar.apimachinery.cel.value.NullValue;
import io.kubejar.apimachinery.cel.value.Value;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.webhooks.AdmissionReviews;
import io.kubejar.apiserver.admission.webhooks.ReviewedObjects;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.Authorizer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request as expressions see it, in the version that the policy means.
///
/// @param object null if there is none; likewise the others
record RequestView(
    Value object,
    Value oldObject,
    Value request,
    Value namespaceObject,
    Value authorizer,
    Value requestResource)
    implements Bindings {

  static RequestView of(
      AdmissionRequest request,
      ResourceType<?> seen,
      ReviewedObjects objects,
      Optional<Namespace> namespace,
      Authorizer authorizer)
      throws InterruptedException {
    var check = new AccessChecks(authorizer, request.call().user());
    var access =
        new Authorizers.ResourceAccess(
            request.type().gvk().group(),
            request.type().plural(),
            request.subresource(),
            request.namespace(),
            request.name(),
            "",
            "");
    return new RequestView(
        shown(request.object(), seen, objects, request),
        shown(request.old(), seen, objects, request),
        JsonViews.dynamic(request(request, seen, objects.requested(request))),
        namespace.map(RequestView::namespace).orElse(NullValue.NULL),
        Authorizers.authorizer(check),
        Authorizers.requestResource(check, access));
  }

  private static Value shown(
      @Nullable KubernetesObject object,
      ResourceType<?> seen,
      ReviewedObjects objects,
      AdmissionRequest request)
      throws InterruptedException {
    return object == null ? NullValue.NULL : JsonViews.dynamic(objects.tree(object, seen, request));
  }

  /// The same with another object, after a mutation.
  RequestView withObject(JsonValue changed) {
    return new RequestView(
        JsonViews.dynamic(changed),
        oldObject,
        request,
        namespaceObject,
        authorizer,
        requestResource);
  }

  RequestView withoutNamespace() {
    return new RequestView(object, oldObject, request, NullValue.NULL, authorizer, requestResource);
  }

  @Override
  public @Nullable Value find(String variable) {
    return switch (variable) {
      case "object" -> object;
      case "oldObject" -> oldObject;
      case "request" -> request;
      case "namespaceObject" -> namespaceObject;
      case "authorizer" -> authorizer;
      case "authorizer.requestResource" -> requestResource;
      default -> null;
    };
  }

  private static JsonObject request(
      AdmissionRequest request, ResourceType<?> seen, ResourceType<?> requested) {
    boolean ownKind = request.kind().equals(request.type().gvk());
    var fields = new LinkedHashMap<String, JsonValue>();
    put(fields, "uid", "");
    fields.put("kind", kind(ownKind ? seen.gvk() : request.kind()));
    fields.put("resource", resource(seen));
    put(fields, "subResource", request.subresource());
    fields.put("requestKind", kind(ownKind ? requested.gvk() : request.kind()));
    fields.put("requestResource", resource(requested));
    put(fields, "requestSubResource", request.subresource());
    put(fields, "name", request.name());
    put(fields, "namespace", request.reviewedNamespace());
    fields.put("operation", new JsonString(request.operation().name()));
    fields.put("userInfo", user(request.call().user()));
    fields.put("dryRun", JsonBoolean.of(request.call().dryRun()));
    fields.put("options", AdmissionReviews.options(request).json());
    return new JsonObject(fields);
  }

  /// What is empty is left out, except the identity that only webhooks get.
  private static void put(Map<String, JsonValue> fields, String name, String value) {
    if (!value.isEmpty() || name.equals("uid")) {
      fields.put(name, new JsonString(value));
    }
  }

  private static JsonObject kind(GroupVersionKind kind) {
    return texts("group", kind.group(), "version", kind.version(), "kind", kind.kind());
  }

  private static JsonObject resource(ResourceType<?> type) {
    return texts(
        "group", type.gvk().group(), "version", type.gvk().version(), "resource", type.plural());
  }

  private static JsonObject texts(String... namesAndValues) {
    var fields = new LinkedHashMap<String, JsonValue>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put(namesAndValues[i], new JsonString(namesAndValues[i + 1]));
    }
    return new JsonObject(fields);
  }

  private static JsonObject user(UserInfo user) {
    var fields = new LinkedHashMap<String, JsonValue>();
    put(fields, "username", user.name());
    if (!user.uid().isEmpty()) {
      put(fields, "uid", user.uid());
    }
    if (!user.groups().isEmpty()) {
      fields.put("groups", list(user.groups()));
    }
    if (!user.extra().isEmpty()) {
      var extra = new LinkedHashMap<String, JsonValue>();
      user.extra().forEach((key, values) -> extra.put(key, list(values)));
      fields.put("extra", new JsonObject(extra));
    }
    return new JsonObject(fields);
  }

  private static JsonArray list(List<String> texts) {
    return new JsonArray(texts.stream().<JsonValue>map(JsonString::new).toList());
  }

  /// The parts of a namespace that upstream shows.
  private static Value namespace(Namespace namespace) {
    var tree = (JsonObject) Namespace.CODEC.toTree(namespace);
    return JsonViews.dynamic(
        tree.with(
            "metadata",
            tree.object("metadata").without("managedFields").without("ownerReferences")));
  }
}
