package io.kubejar.apiserver.guards;

import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.kubejar.api.admissionregistration.v1.ParamKind;
import io.kubejar.api.admissionregistration.v1.ParamRef;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.Attributes;
import io.kubejar.apiserver.authz.Authorizer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Only who may read the parameters of a policy writes a policy or a binding that uses them:
/// expressions could tell of what is in them.
public final class ParamGuard implements AdmissionPlugin {
  private static final String SUPERUSERS = "system:masters";
  private static final String ANY = "*";

  private final Authorizer authorizer;
  private final Lookup lookup;

  /// What is stored and served.
  ///
  /// @param kinds finds a resource by API version and kind
  public record Lookup(
      BiFunction<String, String, Optional<ResourceType<?>>> kinds,
      Policies<ValidatingAdmissionPolicy> validating,
      Policies<MutatingAdmissionPolicy> mutating) {}

  /// Finds a policy by its name.
  @FunctionalInterface
  public interface Policies<T> {
    Optional<T> find(ObjectKey key) throws InterruptedException;
  }

  public ParamGuard(Authorizer authorizer, Lookup lookup) {
    this.authorizer = authorizer;
    this.lookup = lookup;
  }

  @Override
  public void validate(AdmissionRequest request) throws InterruptedException {
    var object = request.object();
    if (object == null
        || !request.subresource().isEmpty()
        || request.call().user().groups().contains(SUPERUSERS)) {
      return;
    }
    var old = request.old();
    switch (object) {
      case ValidatingAdmissionPolicy now ->
          check(
              request,
              now.spec().paramKind(),
              old instanceof ValidatingAdmissionPolicy was ? was.spec().paramKind() : null);
      case MutatingAdmissionPolicy now ->
          check(
              request,
              now.spec().paramKind(),
              old instanceof MutatingAdmissionPolicy was ? was.spec().paramKind() : null);
      case ValidatingAdmissionPolicyBinding now -> {
        var use = Use.of(now);
        var before = old instanceof ValidatingAdmissionPolicyBinding was ? Use.of(was) : null;
        var policy = lookup.validating().find(ObjectKey.clusterScoped(use.policy()));
        check(request, use, before, policy.map(found -> found.spec().paramKind()));
      }
      case MutatingAdmissionPolicyBinding now -> {
        var use = Use.of(now);
        var before = old instanceof MutatingAdmissionPolicyBinding was ? Use.of(was) : null;
        var policy = lookup.mutating().find(ObjectKey.clusterScoped(use.policy()));
        check(request, use, before, policy.map(found -> found.spec().paramKind()));
      }
      default -> {} // Nothing else has parameters.
    }
  }

  /// What a binding says of parameters.
  private record Use(String policy, @Nullable ParamRef ref) {
    static Use of(ValidatingAdmissionPolicyBinding binding) {
      return new Use(binding.spec().policyName(), binding.spec().paramRef());
    }

    static Use of(MutatingAdmissionPolicyBinding binding) {
      return new Use(binding.spec().policyName(), binding.spec().paramRef());
    }
  }

  private void check(AdmissionRequest request, @Nullable ParamKind kind, @Nullable ParamKind old) {
    if (kind == null || kind.equals(old)) {
      return;
    }
    if (!mayRead(request.call().user(), Optional.of(kind), ANY, ANY)) {
      throw refusal(
          request,
          "spec.paramKind",
          "user %s must have \"get\" permission on all objects of the referenced paramKind (kind=%s, apiVersion=%s)"
              .formatted(shown(request.call().user()), kind.kind(), kind.apiVersion()));
    }
  }

  private void check(
      AdmissionRequest request, Use use, @Nullable Use old, Optional<ParamKind> kind) {
    var ref = use.ref();
    if (ref == null || Objects.equals(use, old)) {
      return;
    }
    if (!mayRead(request.call().user(), kind, ref.namespace(), ref.name())) {
      throw refusal(
          request,
          "spec.paramRef",
          "user %s does not have \"get\" permission on the object referenced by paramRef"
              .formatted(shown(request.call().user())));
    }
  }

  private static ApiException refusal(AdmissionRequest request, String field, String why) {
    var object = Objects.requireNonNull(request.object());
    return ApiException.invalid(
        request.type().gvk().group(),
        request.type().gvk().kind(),
        object.metadata().name(),
        List.of(FieldError.forbidden(field, why).cause()));
  }

  /// What is not known is anything.
  private boolean mayRead(UserInfo user, Optional<ParamKind> kind, String namespace, String name) {
    var group = ANY;
    var version = ANY;
    var resource = ANY;
    if (kind.isPresent()) {
      var apiVersion = kind.get().apiVersion();
      int slash = apiVersion.indexOf('/');
      group = apiVersion.substring(0, Math.max(0, slash));
      version = apiVersion.substring(slash + 1);
      resource =
          lookup.kinds().apply(apiVersion, kind.get().kind()).map(ResourceType::plural).orElse(ANY);
    }
    return authorizer
        .authorize(
            new Attributes(user, "get", namespace, group, version, resource, "", name, true, ""))
        .allowed();
  }

  /// A user as Go prints it.
  private static String shown(UserInfo user) {
    var extra =
        new TreeMap<>(user.extra())
            .entrySet().stream()
                .map(each -> each.getKey() + ":[" + String.join(" ", each.getValue()) + "]")
                .collect(Collectors.joining(" "));
    return "&{%s %s [%s] map[%s]}"
        .formatted(user.name(), user.uid(), String.join(" ", user.groups()), extra);
  }
}
