package io.kubejar.apiserver.guards;

import io.kubejar.api.rbac.v1.ClusterRole;
import io.kubejar.api.rbac.v1.ClusterRoleBinding;
import io.kubejar.api.rbac.v1.Role;
import io.kubejar.api.rbac.v1.RoleBinding;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.authz.Escalation;
import java.util.Objects;
import java.util.Optional;

/// Refuses roles and bindings that would give more than their writer has.
public final class EscalationGuard implements AdmissionPlugin {
  private final Escalation escalation;

  public EscalationGuard(Escalation escalation) {
    this.escalation = escalation;
  }

  @Override
  public void validate(AdmissionRequest request) {
    var object = request.object();
    if (object == null || !request.subresource().isEmpty()) {
      return;
    }
    refusal(request, object)
        .ifPresent(
            why -> {
              throw ApiException.forbidden(request.resource(), object.metadata().name(), why);
            });
  }

  /// Updates that grant nothing new are free.
  private Optional<String> refusal(AdmissionRequest request, KubernetesObject object) {
    var user = request.call().user();
    var name = object.metadata().name();
    var namespace = object.metadata().namespace();
    return switch (object) {
      case Role role ->
          request.old() instanceof Role old && old.rules().equals(role.rules())
              ? Optional.empty()
              : escalation.ofRole(user, namespace, name, role.rules(), false);
      case ClusterRole role ->
          request.old() instanceof ClusterRole old
                  && old.rules().equals(role.rules())
                  && Objects.equals(old.aggregationRule(), role.aggregationRule())
              ? Optional.empty()
              : escalation.ofRole(user, "", name, role.rules(), role.aggregationRule() != null);
      case RoleBinding binding ->
          request.old() instanceof RoleBinding old
                  && old.roleRef().equals(binding.roleRef())
                  && old.subjects().equals(binding.subjects())
              ? Optional.empty()
              : escalation.ofBinding(user, namespace, binding.roleRef());
      case ClusterRoleBinding binding ->
          request.old() instanceof ClusterRoleBinding old
                  && old.roleRef().equals(binding.roleRef())
                  && old.subjects().equals(binding.subjects())
              ? Optional.empty()
              : escalation.ofBinding(user, "", binding.roleRef());
      default -> Optional.empty();
    };
  }
}
