package io.kubejar.apiserver.admission.policies;

import io.kubejar.api.admissionregistration.v1.ParamKind;
import io.kubejar.api.admissionregistration.v1.ParamRef;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.cel.value.JsonViews;
import io.kubejar.apimachinery.cel.value.NullValue;
import io.kubejar.apimachinery.cel.value.Value;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.registry.Registry;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds the objects that a binding names as parameters, of any kind that is served.
record Params(ServedKinds kinds) {
  private static final String DENY = "Deny";

  /// A binding that cannot be used as it is.
  static final class BadBindingException extends Exception {
    private static final long serialVersionUID = 1L;

    BadBindingException(String message) {
      super(message);
    }
  }

  /// Why a policy cannot be used with any binding: the kind of its parameters is not served.
  Optional<String> missing(@Nullable ParamKind kind) {
    return kind == null || kinds.find(kind.apiVersion(), kind.kind()).isPresent()
        ? Optional.empty()
        : Optional.of("failed to find resource referenced by paramKind: '" + shown(kind) + "'");
  }

  /// The values for `params`, one run of the policy for each; a policy without parameters runs
  /// once.
  List<Value> collect(@Nullable ParamKind kind, @Nullable ParamRef ref, String requestNamespace)
      throws BadBindingException, InterruptedException {
    if (kind == null || ref == null) {
      return List.of(NullValue.NULL);
    }
    var registry = find(kind);
    if (!registry.type().namespaced() && !ref.namespace().isEmpty()) {
      throw new BadBindingException(
          "paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
    }
    var namespace =
        registry.type().namespaced()
            ? ref.namespace().isEmpty() ? requestNamespace : ref.namespace()
            : "";
    if (registry.type().namespaced() && namespace.isEmpty()) {
      throw new BadBindingException(
          "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources");
    }
    var found = objects(registry, ref, namespace);
    if (found.isEmpty() && DENY.equals(ref.parameterNotFoundAction())) {
      throw new BadBindingException(
          "no params found for policy binding with `Deny` parameterNotFoundAction");
    }
    return found;
  }

  private Registry<?> find(ParamKind kind) throws BadBindingException {
    return kinds
        .find(kind.apiVersion(), kind.kind())
        .orElseThrow(
            () -> new BadBindingException("paramKind kind `" + shown(kind) + "` not known"));
  }

  private static String shown(ParamKind kind) {
    var version = kind.apiVersion();
    return (version.contains("/") ? version : "/" + version) + ", Kind=" + kind.kind();
  }

  /// Kinds that are served in several versions are seen in the one that is stored.
  private static <T extends KubernetesObject> List<Value> objects(
      Registry<T> registry, ParamRef ref, String namespace)
      throws BadBindingException, InterruptedException {
    var cache = registry.cacheWithOwnWrites();
    if (!ref.name().isEmpty()) {
      if (ref.selector() != null) {
        throw new BadBindingException("paramRef.name and paramRef.selector are mutually exclusive");
      }
      return cache.get(new ObjectKey(namespace, ref.name())).stream()
          .map(stored -> value(registry, stored.object()))
          .toList();
    }
    if (ref.selector() == null) {
      throw new BadBindingException("one of name or selector must be provided");
    }
    var selector = LabelSelectors.of(ref.selector());
    return cache.list(Selection.<T>namespace(namespace)).objects().stream()
        .filter(stored -> selector.matches(stored.object().metadata().labels()))
        .map(stored -> value(registry, stored.object()))
        .toList();
  }

  private static <T extends KubernetesObject> Value value(Registry<T> registry, T object) {
    var tree = (JsonObject) registry.type().codec().toTree(object);
    return JsonViews.dynamic(
        tree.with("apiVersion", new JsonString(object.apiVersion()))
            .with("kind", new JsonString(object.kind())));
  }
}
