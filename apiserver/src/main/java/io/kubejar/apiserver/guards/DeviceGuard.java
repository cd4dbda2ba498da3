package io.kubejar.apiserver.guards;

import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.resource.v1.AllocatedDeviceStatus;
import io.kubejar.api.resource.v1.AllocationResult;
import io.kubejar.api.resource.v1.DeviceRequest;
import io.kubejar.api.resource.v1.ResourceClaim;
import io.kubejar.api.resource.v1.ResourceClaimStatus;
import io.kubejar.api.resource.v1.ResourceClaimTemplate;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.authn.ServiceAccounts;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.Attributes;
import io.kubejar.apiserver.authz.Authorizer;
import io.kubejar.apiserver.request.Refusals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Who may use devices as an administrator, hand them out and report on them.
///
/// Upstream asks this among the rules of the object; here it is asked once all of those hold.
public final class DeviceGuard implements AdmissionPlugin {
  private static final String ADMINISTRATION = "resource.kubernetes.io/admin-access";
  private static final String NODE_NAME = "authentication.kubernetes.io/node-name";
  private static final String ON_OWN_NODE = "associated-node:";
  private static final String ON_ANY_NODE = "arbitrary-node:";

  private final Authorizer authorizer;
  private final Namespaces namespaces;

  /// Finds a namespace by its name.
  @FunctionalInterface
  public interface Namespaces {
    Optional<Namespace> find(ObjectKey key) throws InterruptedException;
  }

  public DeviceGuard(Authorizer authorizer, Namespaces namespaces) {
    this.authorizer = authorizer;
    this.namespaces = namespaces;
  }

  @Override
  public void validate(AdmissionRequest request) throws InterruptedException {
    var errors = new ArrayList<FieldError>();
    switch (request.object()) {
      case ResourceClaim claim when request.subresource().equals("status") -> {
        if (request.old() instanceof ResourceClaim old) {
          status(request, claim, old.status(), errors);
        }
      }
      case ResourceClaim claim when request.old() == null ->
          administration(request, requested(claim.spec().devices().requests()), errors);
      case ResourceClaimTemplate template when request.old() == null ->
          administration(request, requested(template.spec().spec().devices().requests()), errors);
      case null, default -> {} // What was asked for cannot change.
    }
    if (request.object() != null) {
      FieldError.throwIfAny(errors, request.object());
    }
  }

  private void status(
      AdmissionRequest request,
      ResourceClaim claim,
      ResourceClaimStatus old,
      List<FieldError> errors)
      throws InterruptedException {
    var status = claim.status();
    if (granted(old.allocation()).isEmpty()) {
      administration(request, granted(status.allocation()), errors);
    }
    if (!Objects.equals(status.allocation(), old.allocation())
        || !status.reservedFor().equals(old.reservedFor())) {
      binding(request, errors);
    }
    if (status.allocation() != null) {
      reports(request, status, old, errors);
    }
  }

  /// Where a claim asks for an administrator's access first; empty if nowhere.
  private static String requested(List<DeviceRequest> requests) {
    for (int i = 0; i < requests.size(); i++) {
      var exactly = requests.get(i).exactly();
      if (exactly != null && Boolean.TRUE.equals(exactly.adminAccess())) {
        return "spec.devices.requests[" + i + "].adminAccess";
      }
    }
    return "";
  }

  private static String granted(@Nullable AllocationResult allocation) {
    if (allocation == null) {
      return "";
    }
    var results = allocation.devices().results();
    for (int i = 0; i < results.size(); i++) {
      if (Boolean.TRUE.equals(results.get(i).adminAccess())) {
        return "status.allocation.devices.results[" + i + "].adminAccess";
      }
    }
    return "";
  }

  private void administration(AdmissionRequest request, String field, List<FieldError> errors)
      throws InterruptedException {
    if (field.isEmpty()) {
      return;
    }
    var namespace = namespaces.find(ObjectKey.clusterScoped(request.namespace()));
    var label = namespace.map(it -> it.metadata().labels().get(ADMINISTRATION));
    if (!label.equals(Optional.of("true"))) {
      errors.add(
          FieldError.forbidden(
              field,
              "admin access to devices requires the `"
                  + ADMINISTRATION
                  + ": true` label on the containing namespace"));
    }
  }

  private void binding(AdmissionRequest request, List<FieldError> errors) {
    var asking = attributes(request, verb(request), "binding", "", "");
    refusal(asking)
        .ifPresent(
            why ->
                errors.add(
                    FieldError.forbidden(
                        "status.allocation",
                        "changing status.allocation or status.reservedFor requires"
                            + " resource=\"resourceclaims/binding\", verb=\""
                            + asking.verb()
                            + "\" permission: "
                            + why)));
  }

  /// A driver on a node needs less than one that reports for all nodes.
  private void reports(
      AdmissionRequest request,
      ResourceClaimStatus status,
      ResourceClaimStatus old,
      List<FieldError> errors) {
    var verb = verb(request);
    boolean isLocal = isOn(request.call().user(), node(status.allocation()));
    var verbs =
        isLocal ? List.of(ON_OWN_NODE + verb, ON_ANY_NODE + verb) : List.of(ON_ANY_NODE + verb);
    for (var driver : changed(status.devices(), old.devices())) {
      var refusals =
          verbs.stream()
              .map(
                  each -> refusal(attributes(request, each, "driver", request.namespace(), driver)))
              .toList();
      if (refusals.stream().allMatch(Optional::isPresent)) {
        errors.add(
            FieldError.forbidden(
                "status.devices",
                "changing status.devices requires resource=\"resourceclaims/driver\", verb=\"["
                    + String.join(" ", verbs)
                    + "]\" permission: "
                    + refusals.getFirst().orElseThrow()));
      }
    }
  }

  /// The drivers of devices whose reports came, went or changed.
  private static Set<String> changed(
      List<AllocatedDeviceStatus> now, List<AllocatedDeviceStatus> old) {
    record Id(String driver, String pool, String device, @Nullable String share) {
      static Id of(AllocatedDeviceStatus it) {
        return new Id(it.driver(), it.pool(), it.device(), it.shareID());
      }
    }
    var before = new HashMap<Id, AllocatedDeviceStatus>();
    old.forEach(it -> before.put(Id.of(it), it));
    var drivers = new TreeSet<String>();
    for (var it : now) {
      if (!it.equals(before.remove(Id.of(it)))) {
        drivers.add(it.driver());
      }
    }
    before.values().forEach(it -> drivers.add(it.driver()));
    return drivers;
  }

  /// The one node that an allocation is bound to; empty if there is no such.
  private static String node(@Nullable AllocationResult allocation) {
    var selector = allocation == null ? null : allocation.nodeSelector();
    if (selector == null || selector.nodeSelectorTerms().size() != 1) {
      return "";
    }
    var term = selector.nodeSelectorTerms().getFirst();
    if (!term.matchExpressions().isEmpty() || term.matchFields().size() != 1) {
      return "";
    }
    var field = term.matchFields().getFirst();
    return field.key().equals("metadata.name")
            && field.operator().equals("In")
            && field.values().size() == 1
        ? field.values().getFirst()
        : "";
  }

  private static boolean isOn(UserInfo user, String node) {
    return !node.isEmpty()
        && user.name().startsWith(ServiceAccounts.USER_PREFIX)
        && List.of(node).equals(user.extra().get(NODE_NAME));
  }

  private static String verb(AdmissionRequest request) {
    var verb = request.call().verb();
    return verb.isEmpty() ? "update" : verb;
  }

  private static Attributes attributes(
      AdmissionRequest request, String verb, String subresource, String namespace, String name) {
    return new Attributes(
        request.call().user(),
        verb,
        namespace,
        request.type().gvk().group(),
        request.type().gvk().version(),
        request.type().plural(),
        subresource,
        name,
        true,
        "");
  }

  private Optional<String> refusal(Attributes asking) {
    var decision = authorizer.authorize(asking);
    if (decision.allowed()) {
      return Optional.empty();
    }
    var reason = decision.reason();
    var failure = decision.failure();
    var why = failure.isEmpty() || reason.isEmpty() ? failure + reason : failure + ": " + reason;
    return Optional.of(String.valueOf(Refusals.forbidden(asking, why).getMessage()));
  }
}
