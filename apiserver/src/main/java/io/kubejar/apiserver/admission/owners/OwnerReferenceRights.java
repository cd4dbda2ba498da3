package io.kubejar.apiserver.admission.owners;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.authz.Attributes;
import io.kubejar.apiserver.authz.Authorizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// Only who may delete an object gives it an owner, and only who may set an owner's finalizers lets
/// an object hold up its deletion.
public final class OwnerReferenceRights implements AdmissionPlugin {
  private final Authorizer authorizer;
  private final BiFunction<String, String, Optional<ResourceType<?>>> kinds;

  /// @param kinds finds what is served by API version and kind
  public OwnerReferenceRights(
      Authorizer authorizer, BiFunction<String, String, Optional<ResourceType<?>>> kinds) {
    this.authorizer = authorizer;
    this.kinds = kinds;
  }

  @Override
  public void validate(AdmissionRequest request) {
    boolean written = request.is(Operation.CREATE) || request.is(Operation.UPDATE);
    boolean statusOfPod =
        request.subresource().equals("status") && request.resource().toString().equals("pods");
    var object = request.object();
    if (!written || statusOfPod || object == null) {
      return;
    }
    var before = references(request.old());
    var now = references(object);
    if (before.equals(now)) {
      return;
    }
    checkDeletion(request);
    for (var reference : blocking(now, before)) {
      checkFinalizers(request, reference);
    }
  }

  private static List<OwnerReference> references(@Nullable KubernetesObject object) {
    return object == null ? List.of() : object.metadata().ownerReferences();
  }

  /// Those that hold up a deletion and did not before.
  private static List<OwnerReference> blocking(
      List<OwnerReference> now, List<OwnerReference> before) {
    var blocking = new ArrayList<OwnerReference>();
    for (var reference : now) {
      boolean did =
          before.stream()
              .anyMatch(
                  old ->
                      old.uid().equals(reference.uid())
                          && Boolean.TRUE.equals(old.blockOwnerDeletion()));
      if (Boolean.TRUE.equals(reference.blockOwnerDeletion()) && !did) {
        blocking.add(reference);
      }
    }
    return blocking;
  }

  private void checkDeletion(AdmissionRequest request) {
    var type = request.type();
    var attributes =
        new Attributes(
            request.call().user(),
            "delete",
            request.namespace(),
            type.gvk().group(),
            type.gvk().version(),
            type.plural(),
            request.subresource(),
            request.name(),
            true,
            "");
    require(request, attributes, "cannot set an ownerRef on a resource you can't delete: ");
  }

  private void checkFinalizers(AdmissionRequest request, OwnerReference reference) {
    var found = kinds.apply(reference.apiVersion(), reference.kind());
    if (found.isEmpty()) {
      throw request.forbidden(
          "cannot set blockOwnerDeletion in this case because cannot find RESTMapping for"
              + " APIVersion "
              + reference.apiVersion()
              + " Kind "
              + reference.kind()
              + ": no matches for kind \""
              + reference.kind()
              + "\" in version \""
              + reference.apiVersion()
              + "\"");
    }
    var type = found.get();
    var attributes =
        new Attributes(
            request.call().user(),
            "update",
            type.namespaced() ? request.namespace() : "",
            type.gvk().group(),
            type.gvk().version(),
            type.plural(),
            "finalizers",
            reference.name(),
            true,
            "");
    require(
        request,
        attributes,
        "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set"
            + " finalizers on: ");
  }

  private void require(AdmissionRequest request, Attributes attributes, String otherwise) {
    var decision = authorizer.authorize(attributes);
    if (!decision.allowed()) {
      var failure = decision.failure().isEmpty() ? "<nil>" : decision.failure();
      throw request.forbidden(otherwise + decision.reason() + ", " + failure);
    }
  }
}
