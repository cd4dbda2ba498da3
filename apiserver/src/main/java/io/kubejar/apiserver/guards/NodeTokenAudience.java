package io.kubejar.apiserver.guards;

import static io.kubejar.apimachinery.GoText.quoted;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.Attributes;
import io.kubejar.apiserver.authz.Authorizer;
import io.kubejar.apiserver.guards.NodeRestriction.Lookup;
import java.util.List;
import java.util.Optional;

/// For whom a node may ask tokens of its pods' accounts: for audiences that the pod's own volumes
/// name, or the CSI drivers behind them; for others only if that node is granted it.
final class NodeTokenAudience {
  private static final String VERB = "request-serviceaccounts-token-audience";

  private final Lookup objects;
  private final Authorizer authorizer;

  NodeTokenAudience(Lookup objects, Authorizer authorizer) {
    this.objects = objects;
    this.authorizer = authorizer;
  }

  /// Why a node may not have this token, if it may not.
  Optional<String> refusal(UserInfo node, String account, Pod pod, List<String> audiences) {
    if (audiences.size() > 1) {
      return Optional.of("node may only request 0 or 1 audiences");
    }
    var audience = audiences.isEmpty() ? "" : audiences.getFirst();
    if (pod.spec().volumes().stream().anyMatch(volume -> wants(pod, volume, audience))) {
      return Optional.empty();
    }
    var question =
        Attributes.resource(node, VERB, pod.metadata().namespace(), "", audience).withName(account);
    return authorizer.authorize(question).allowed()
        ? Optional.empty()
        : Optional.of(
            "audience "
                + quoted(audience)
                + " not found in pod spec volume, "
                + node.name()
                + " is not authorized to request tokens for this audience");
  }

  private boolean wants(Pod pod, Volume volume, String audience) {
    if (volume.projected() != null) {
      return volume.projected().sources().stream()
          .anyMatch(
              source ->
                  source.serviceAccountToken() != null
                      && source.serviceAccountToken().audience().equals(audience));
    }
    return driver(pod, volume)
        .flatMap(objects::csiDriver)
        .filter(
            driver ->
                driver.spec().tokenRequests().stream()
                    .anyMatch(request -> request.audience().equals(audience)))
        .isPresent();
  }

  private Optional<String> driver(Pod pod, Volume volume) {
    if (volume.csi() != null) {
      return Optional.of(volume.csi().driver());
    }
    if (volume.persistentVolumeClaim() != null) {
      return driverOfClaim(pod, volume.persistentVolumeClaim().claimName());
    }
    return volume.ephemeral() == null
        ? Optional.empty()
        : driverOfClaim(pod, pod.metadata().name() + "-" + volume.name());
  }

  private Optional<String> driverOfClaim(Pod pod, String claim) {
    return objects
        .claim(pod.metadata().namespace(), claim)
        .flatMap(found -> objects.volume(found.spec().volumeName()))
        .flatMap(found -> Optional.ofNullable(found.spec().csi()))
        .map(csi -> csi.driver());
  }
}
