package io.kubejar.apiserver.guards;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.resource.v1.AllocatedDeviceStatus;
import io.kubejar.api.resource.v1.DeviceRequestAllocationResult;
import io.kubejar.api.resource.v1.ResourceClaim;
import io.kubejar.api.resource.v1.ResourceClaimStatus;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.Attributes;
import io.kubejar.apiserver.authz.Decision;
import io.kubejar.apiserver.request.Call;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DeviceGuardTest {
  private static final ResourceClaim UNALLOCATED =
      ResourceClaim.EMPTY.withMetadata(
          ObjectMeta.EMPTY.withName("c").withNamespace("team").withUid("u"));
  private static final ResourceClaim ALLOCATED =
      status(
          """
          allocation:
            devices: {results: [{request: r, driver: d.example.com, pool: p, device: x}]}
            nodeSelector:
              nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [n1]}]}]
          """);

  private final Set<String> granted = new HashSet<>();
  private Namespace namespace = Namespace.EMPTY;
  private UserInfo user = UserInfo.of("jane");
  private final DeviceGuard guard = new DeviceGuard(this::authorize, _ -> Optional.of(namespace));

  private Decision authorize(Attributes asking) {
    var right =
        asking.verb()
            + " "
            + asking.resourceWithSubresource()
            + " "
            + asking.namespace()
            + "/"
            + asking.name();
    return granted.contains(right) ? new Decision.Allow("") : new Decision.NoOpinion("");
  }

  private static ResourceClaim status(String yaml) {
    return UNALLOCATED.withStatus(ResourceClaimStatus.CODEC.fromTree(Yaml.parse(yaml)));
  }

  private static ResourceClaim asking(String request) {
    return ResourceClaim.RESOURCE
        .codec()
        .fromTree(Yaml.parse("spec: {devices: {requests: [" + request + "]}}"))
        .withMetadata(UNALLOCATED.metadata());
  }

  private ThrowingCallable write(
      ResourceClaim now, @Nullable ResourceClaim was, String subresource) {
    var operation =
        was == null ? AdmissionRequest.Operation.CREATE : AdmissionRequest.Operation.UPDATE;
    return () ->
        guard.validate(
            new AdmissionRequest(
                operation,
                Call.by(user, "test"),
                ResourceClaim.RESOURCE,
                subresource,
                "team",
                "c",
                now,
                was));
  }

  @Test
  void administratorsAccessNeedsTheLabelOfTheNamespace() {
    var claim = asking("{name: a}, {name: b, exactly: {deviceClassName: g, adminAccess: true}}");

    assertThatThrownBy(write(claim, null, ""))
        .isInstanceOf(ApiException.class)
        .hasMessage(
            "ResourceClaim.resource.k8s.io \"c\" is invalid:"
                + " spec.devices.requests[1].adminAccess: Forbidden: admin access to devices"
                + " requires the `resource.kubernetes.io/admin-access: true` label on the"
                + " containing namespace");

    namespace =
        Namespace.EMPTY.withMetadata(
            ObjectMeta.EMPTY.withLabels(Map.of("resource.kubernetes.io/admin-access", "true")));

    assertThatCode(write(claim, null, "")).doesNotThrowAnyException();
  }

  @Test
  void accessThatWasGrantedBeforeIsNotAskedForAgain() {
    var result = DeviceRequestAllocationResult.EMPTY.withAdminAccess(true);
    var allocation = Objects.requireNonNull(ALLOCATED.status().allocation());
    var administered =
        ALLOCATED.withStatus(
            ALLOCATED
                .status()
                .withAllocation(
                    allocation.withDevices(allocation.devices().withResults(List.of(result)))));
    granted.add("update resourceclaims/binding /");

    assertThatThrownBy(write(administered, UNALLOCATED, "status"))
        .hasMessageContaining("status.allocation.devices.results[0].adminAccess: Forbidden");
    assertThatCode(write(administered, administered, "status")).doesNotThrowAnyException();
  }

  @Test
  void handingOutDevicesIsARightOfItsOwn() {
    assertThatThrownBy(write(ALLOCATED, UNALLOCATED, "status"))
        .hasMessage(
            "ResourceClaim.resource.k8s.io \"c\" is invalid: status.allocation: Forbidden: changing"
                + " status.allocation or status.reservedFor requires"
                + " resource=\"resourceclaims/binding\", verb=\"update\" permission:"
                + " resourceclaims.resource.k8s.io is forbidden: User \"jane\" cannot update"
                + " resource \"resourceclaims/binding\" in API group \"resource.k8s.io\" at the"
                + " cluster scope");

    granted.add("update resourceclaims/binding /");

    assertThatCode(write(ALLOCATED, UNALLOCATED, "status")).doesNotThrowAnyException();
  }

  @Test
  void driversReportOnlyAboutTheirOwnDevices() {
    var device =
        AllocatedDeviceStatus.EMPTY.withDriver("d.example.com").withPool("p").withDevice("x");
    var reported = ALLOCATED.withStatus(ALLOCATED.status().withDevices(List.of(device)));

    assertThatThrownBy(write(reported, ALLOCATED, "status"))
        .hasMessageContaining(
            "status.devices: Forbidden: changing status.devices requires"
                + " resource=\"resourceclaims/driver\", verb=\"[arbitrary-node:update]\""
                + " permission: resourceclaims.resource.k8s.io \"d.example.com\" is forbidden:"
                + " User \"jane\" cannot arbitrary-node:update resource"
                + " \"resourceclaims/driver\" in API group \"resource.k8s.io\" in the namespace"
                + " \"team\"");

    granted.add("associated-node:update resourceclaims/driver team/d.example.com");

    assertThatThrownBy(write(reported, ALLOCATED, "status")).isInstanceOf(ApiException.class);

    user =
        new UserInfo(
            "system:serviceaccount:team:driver",
            "",
            List.of(),
            Map.of("authentication.kubernetes.io/node-name", List.of("n1")));

    assertThatCode(write(reported, ALLOCATED, "status")).doesNotThrowAnyException();
    assertThatCode(write(reported, reported, "status")).doesNotThrowAnyException();
  }
}
