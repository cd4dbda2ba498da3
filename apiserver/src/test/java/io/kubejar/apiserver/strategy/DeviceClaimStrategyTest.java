package io.kubejar.apiserver.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.resource.v1.AllocatedDeviceStatus;
import io.kubejar.api.resource.v1.ResourceClaim;
import io.kubejar.api.resource.v1.ResourceClaimStatus;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.request.Call;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeviceClaimStrategyTest {
  private static final Call CALL = Call.by(UserInfo.of("jane"), "test");

  private final DeviceClaimStrategy strategy = new DeviceClaimStrategy();

  private static ResourceClaim status(String yaml) {
    return ResourceClaim.EMPTY.withStatus(ResourceClaimStatus.CODEC.fromTree(Yaml.parse(yaml)));
  }

  @Test
  void whatWasReportedOfADeviceGoesWithIt() {
    var both =
        status(
            """
            allocation: {devices: {results: [{driver: d, pool: p, device: a}, {driver: d, pool: p, device: b}]}}
            devices: [{driver: d, pool: p, device: a}, {driver: d, pool: p, device: b}]
            """);
    var one =
        status(
            """
            allocation: {devices: {results: [{driver: d, pool: p, device: b}]}}
            devices: [{driver: d, pool: p, device: a}, {driver: d, pool: p, device: b}]
            """);

    assertThat(strategy.prepareForStatusUpdate(CALL, one, both).status().devices())
        .extracting(AllocatedDeviceStatus::device)
        .containsExactly("b");
  }

  @Test
  void whoReportsChangesNothingElse() {
    var old = ResourceClaim.EMPTY.withMetadata(ObjectMeta.EMPTY.withLabels(Map.of("a", "b")));
    var metadata = ObjectMeta.EMPTY.withLabels(Map.of("c", "d")).withFinalizers(List.of("e/f"));

    assertThat(strategy.prepareForStatusUpdate(CALL, old.withMetadata(metadata), old))
        .isEqualTo(old);
  }
}
