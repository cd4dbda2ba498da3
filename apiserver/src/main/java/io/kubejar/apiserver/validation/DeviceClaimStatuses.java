package io.kubejar.apiserver.validation;

import io.kubejar.api.resource.v1.AllocatedDeviceStatus;
import io.kubejar.api.resource.v1.AllocationResult;
import io.kubejar.api.resource.v1.DeviceAllocationConfiguration;
import io.kubejar.api.resource.v1.DeviceRequestAllocationResult;
import io.kubejar.api.resource.v1.NetworkDeviceData;
import io.kubejar.api.resource.v1.ResourceClaim;
import io.kubejar.api.resource.v1.ResourceClaimConsumerReference;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What schedulers and drivers report about claims.
final class DeviceClaimStatuses {
  private static final int RESERVED_MAX = 256;
  private static final int RESULTS_MAX = 32;
  private static final int CONDITIONS_MAX = 8;
  private static final int DATA_BYTES_MAX = 10 * 1024;
  private static final int ADDRESSES_MAX = 16;
  private static final int INTERFACE_NAME_BYTES_MAX = 256;
  private static final int HARDWARE_ADDRESS_BYTES_MAX = 128;

  private DeviceClaimStatuses() {}

  /// A device, or somebody's share of it.
  private record DeviceId(String driver, String pool, String device, String shareID) {
    static DeviceId of(DeviceRequestAllocationResult result) {
      return of(result.driver(), result.pool(), result.device(), result.shareID());
    }

    static DeviceId of(AllocatedDeviceStatus status) {
      return of(status.driver(), status.pool(), status.device(), status.shareID());
    }

    private static DeviceId of(String driver, String pool, String device, @Nullable String share) {
      return new DeviceId(driver, pool, device, share == null ? "" : share);
    }
  }

  static void update(Check root, ResourceClaim claim, ResourceClaim old) {
    var at = root.at("status");
    var status = claim.status();
    var reserved = at.at("reservedFor");
    DeviceParts.set(
        reserved,
        status.reservedFor(),
        RESERVED_MAX,
        DeviceClaimStatuses::consumer,
        ResourceClaimConsumerReference::uid);
    var allocation = status.allocation();
    var allocated = new HashSet<DeviceId>();
    if (allocation != null) {
      allocation.devices().results().forEach(it -> allocated.add(DeviceId.of(it)));
    }
    DeviceParts.set(
        at.at("devices"),
        status.devices(),
        Integer.MAX_VALUE,
        (item, device) -> device(item, device, allocated),
        DeviceId::of);
    reservations(reserved, claim, old);
    var before = old.status().allocation();
    if (allocation != null && before != null) {
      at.at("allocation").immutable(allocation, before);
    } else if (allocation != null) {
      allocation(at.at("allocation"), allocation, Devices.RequestNames.of(claim.spec().devices()));
    }
  }

  private static void reservations(Check at, ResourceClaim claim, ResourceClaim old) {
    var consumers = claim.status().reservedFor();
    if (consumers.isEmpty()) {
      return;
    }
    if (claim.status().allocation() == null) {
      at.forbidden("may not be specified when `allocated` is not set");
    } else if (claim.metadata().deletionTimestamp() != null
        && !old.status().reservedFor().containsAll(consumers)) {
      at.forbidden(
          "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are"
              + " set");
    }
  }

  private static void consumer(Check at, ResourceClaimConsumerReference consumer) {
    at.at("resource").nonEmpty(consumer.resource());
    at.at("name").nonEmpty(consumer.name());
    at.at("uid").nonEmpty(consumer.uid());
  }

  private static void allocation(
      Check at, AllocationResult allocation, Devices.RequestNames requests) {
    var devices = at.at("devices");
    DeviceParts.list(
        devices.at("results"),
        allocation.devices().results(),
        RESULTS_MAX,
        (item, result) -> result(item, result, requests));
    DeviceParts.list(
        devices.at("config"),
        allocation.devices().config(),
        2 * Devices.CONFIGS_MAX, // Those of the class and those of the claim.
        (item, config) -> configuration(item, config, requests));
    if (allocation.nodeSelector() != null) {
      Scheduling.nodeSelector(at.at("nodeSelector"), allocation.nodeSelector());
    }
  }

  private static void result(
      Check at, DeviceRequestAllocationResult result, Devices.RequestNames requests) {
    requests.check(at.at("request"), result.request());
    StorageKinds.driverName(at.at("driver"), result.driver());
    DeviceNames.pool(at.at("pool"), result.pool());
    DeviceNames.label(at.at("device"), result.device());
    DeviceParts.binding(at, result.bindingConditions(), result.bindingFailureConditions());
    if (result.shareID() != null) {
      DeviceNames.uid(at.at("shareID"), result.shareID());
    }
  }

  private static void configuration(
      Check at, DeviceAllocationConfiguration config, Devices.RequestNames requests) {
    at.at("source").oneOf(config.source(), "FromClaim", "FromClass");
    requests.check(at.at("requests"), config.requests());
    DeviceParts.opaque(at.at("opaque"), config.opaque(), false);
  }

  private static void device(Check at, AllocatedDeviceStatus device, Set<DeviceId> allocated) {
    StorageKinds.driverName(at.at("driver"), device.driver());
    DeviceNames.pool(at.at("pool"), device.pool());
    DeviceNames.label(at.at("device"), device.device());
    if (device.shareID() != null) {
      DeviceNames.uid(at.at("shareID"), device.shareID());
    }
    var id = DeviceId.of(device);
    if (!allocated.contains(id)) {
      at.invalid(id, "must be an allocated device in the claim");
    }
    var conditions = at.at("conditions");
    if (device.conditions().size() > CONDITIONS_MAX) {
      conditions.tooMany(device.conditions().size(), CONDITIONS_MAX);
    }
    Conditions.check(conditions, device.conditions());
    if (device.data() != null && !device.data().raw().isEmpty()) {
      DeviceParts.raw(at.at("data"), device.data(), DATA_BYTES_MAX);
    }
    if (device.networkData() != null) {
      network(at.at("networkData"), device.networkData());
    }
  }

  private static void network(Check at, NetworkDeviceData data) {
    if (MetadataValidation.bytes(data.interfaceName()) > INTERFACE_NAME_BYTES_MAX) {
      at.at("interfaceName").tooLong(INTERFACE_NAME_BYTES_MAX);
    }
    if (MetadataValidation.bytes(data.hardwareAddress()) > HARDWARE_ADDRESS_BYTES_MAX) {
      at.at("hardwareAddress").tooLong(HARDWARE_ADDRESS_BYTES_MAX);
    }
    DeviceParts.set(
        at.at("ips"), data.ips(), ADDRESSES_MAX, IpAddresses::interfaceAddress, each -> each);
  }
}
