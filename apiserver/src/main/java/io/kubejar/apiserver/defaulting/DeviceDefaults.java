package io.kubejar.apiserver.defaulting;

import io.kubejar.api.resource.v1.Device;
import io.kubejar.api.resource.v1.DeviceClaim;
import io.kubejar.api.resource.v1.DeviceRequest;
import io.kubejar.api.resource.v1.DeviceSubRequest;
import io.kubejar.api.resource.v1.DeviceToleration;
import io.kubejar.api.resource.v1.ExactDeviceRequest;
import io.kubejar.api.resource.v1.ResourceClaim;
import io.kubejar.api.resource.v1.ResourceClaimTemplate;
import io.kubejar.api.resource.v1.ResourceSlice;
import io.kubejar.apimachinery.Quantity;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Devices and claims on them.
final class DeviceDefaults {
  private static final String EXACT_COUNT = "ExactCount";
  private static final Quantity ONE = Quantity.parse("1");

  private DeviceDefaults() {}

  static ResourceClaim claim(ResourceClaim claim) {
    return claim.withSpec(claim.spec().withDevices(devices(claim.spec().devices())));
  }

  static ResourceClaimTemplate template(ResourceClaimTemplate template) {
    var claim = template.spec();
    var spec = claim.spec();
    return template.withSpec(claim.withSpec(spec.withDevices(devices(spec.devices()))));
  }

  private static DeviceClaim devices(DeviceClaim claim) {
    return claim.withRequests(Mapped.each(claim.requests(), DeviceDefaults::request));
  }

  private static DeviceRequest request(DeviceRequest request) {
    return request
        .withExactly(exactly(request.exactly()))
        .withFirstAvailable(Mapped.each(request.firstAvailable(), DeviceDefaults::subrequest));
  }

  private static @Nullable ExactDeviceRequest exactly(@Nullable ExactDeviceRequest request) {
    return request == null
        ? null
        : request
            .withAllocationMode(mode(request.allocationMode()))
            .withCount(count(request.allocationMode(), request.count()))
            .withTolerations(tolerations(request.tolerations()));
  }

  private static DeviceSubRequest subrequest(DeviceSubRequest request) {
    return request
        .withAllocationMode(mode(request.allocationMode()))
        .withCount(count(request.allocationMode(), request.count()))
        .withTolerations(tolerations(request.tolerations()));
  }

  private static String mode(String given) {
    return given.isEmpty() ? EXACT_COUNT : given;
  }

  private static long count(String mode, long given) {
    return given == 0 && mode(mode).equals(EXACT_COUNT) ? 1 : given;
  }

  private static List<DeviceToleration> tolerations(List<DeviceToleration> given) {
    return Mapped.each(
        given, each -> each.operator().isEmpty() ? each.withOperator("Equal") : each);
  }

  /// @param now when taints that do not say since when are taken to have been added
  static ResourceSlice slice(ResourceSlice slice, Instant now) {
    var spec = slice.spec();
    return slice.withSpec(spec.withDevices(Mapped.each(spec.devices(), it -> device(it, now))));
  }

  private static Device device(Device given, Instant now) {
    var device =
        given.withTaints(
            Mapped.each(
                given.taints(),
                taint -> taint.timeAdded() == null ? taint.withTimeAdded(now) : taint));
    if (device.nodeAllocatableResourceMappings().isEmpty()) {
      return device;
    }
    var mappings = new LinkedHashMap<>(device.nodeAllocatableResourceMappings());
    mappings.replaceAll(
        (_, mapping) ->
            mapping.allocationMultiplier() == null
                ? mapping.withAllocationMultiplier(ONE)
                : mapping);
    return device.withNodeAllocatableResourceMappings(mappings);
  }
}
