package io.kubejar.apiserver.strategy;

import io.kubejar.api.resource.v1.AllocationResult;
import io.kubejar.api.resource.v1.ResourceClaim;
import io.kubejar.apiserver.request.Call;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Claims on devices: what drivers reported of a device goes when the device is given back. So
/// schedulers need not know of such reports.
final class DeviceClaimStrategy extends Strategy<ResourceClaim> {
  DeviceClaimStrategy() {
    super(ResourceClaim.RESOURCE);
  }

  /// A device, or somebody's share of it.
  private record Id(String driver, String pool, String device, @Nullable String share) {}

  @Override
  public ResourceClaim prepareForStatusUpdate(Call call, ResourceClaim claim, ResourceClaim old) {
    var prepared = super.prepareForStatusUpdate(call, claim, old);
    var released = allocated(old.status().allocation());
    released.removeAll(allocated(prepared.status().allocation()));
    var reported = prepared.status().devices();
    var kept =
        reported.stream()
            .filter(
                it -> !released.contains(new Id(it.driver(), it.pool(), it.device(), it.shareID())))
            .toList();
    return kept.size() == reported.size()
        ? prepared
        : prepared.withStatus(prepared.status().withDevices(kept));
  }

  private static Set<Id> allocated(@Nullable AllocationResult allocation) {
    var ids = new HashSet<Id>();
    if (allocation != null) {
      for (var it : allocation.devices().results()) {
        ids.add(new Id(it.driver(), it.pool(), it.device(), it.shareID()));
      }
    }
    return ids;
  }
}
