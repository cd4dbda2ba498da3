package io.kubejar.apiserver.validation;

import io.kubejar.api.resource.v1.Device;
import io.kubejar.api.resource.v1.DeviceAttribute;
import io.kubejar.api.resource.v1.DeviceCapacity;
import io.kubejar.api.resource.v1.DeviceCounterConsumption;
import io.kubejar.api.resource.v1.NodeAllocatableResourceMapping;
import io.kubejar.apimachinery.format.Formats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The devices of a slice.
final class OfferedDevices {
  private static final int PROPERTIES_MAX = 32;
  private static final int VALUES_MAX = 48;
  private static final int TAINTS_MAX = 16;
  private static final int CONSUMPTIONS_MAX = 2;
  private static final int VALUE_BYTES_MAX = 64;
  private static final int KEY_SHOWN_MAX = 63 + 1 + 32;
  private static final Pattern VERSION =
      Pattern.compile(
          "(0|[1-9]\\d*+)\\.(0|[1-9]\\d*+)\\.(0|[1-9]\\d*+)"
              + "(-(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)"
              + "(\\.(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
              + "(\\+[0-9a-zA-Z-]++(\\.[0-9a-zA-Z-]++)*+)?");
  private static final String ONE_PLACE =
      "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when"
          + " `perDeviceNodeSelection` is set to true in the ResourceSlice spec";

  private OfferedDevices() {}

  /// @param perDevice whether each device says for itself where it is
  static void device(Check at, Device device, @Nullable Device old, boolean perDevice) {
    DeviceNames.label(at.at("name"), device.name());
    int properties = device.attributes().size() + device.capacity().size();
    if (properties > PROPERTIES_MAX) {
      at.invalid(
          properties,
          "the total number of attributes and capacities must not exceed " + PROPERTIES_MAX);
    }
    int values = device.attributes().values().stream().mapToInt(OfferedDevices::values).sum();
    if (values > VALUES_MAX) {
      at.invalid(values, "the total number of attribute values must not exceed " + VALUES_MAX);
    }
    map(at.at("attributes"), device.attributes(), OfferedDevices::attribute);
    boolean shared = Boolean.TRUE.equals(device.allowMultipleAllocations());
    map(at.at("capacity"), device.capacity(), (item, capacity) -> capacity(item, capacity, shared));
    if (old == null || !old.taints().equals(device.taints())) {
      DeviceParts.list(at.at("taints"), device.taints(), TAINTS_MAX, DeviceParts::taint);
    }
    DeviceParts.set(
        at.at("consumesCounters"),
        device.consumesCounters(),
        CONSUMPTIONS_MAX,
        OfferedDevices::consumption,
        DeviceCounterConsumption::counterSet);
    place(at, device, perDevice);
    DeviceParts.binding(at, device.bindingConditions(), device.bindingFailureConditions());
    mappings(at.at("nodeAllocatableResourceMappings"), device);
  }

  private static <V> void map(Check at, Map<String, V> map, Check.ItemCheck<V> check) {
    map.forEach(
        (name, value) -> {
          DeviceNames.qualified(at, name);
          check.run(at.key(shortened(name)), value);
        });
  }

  /// A key that is too long for a message loses its middle.
  private static String shortened(String key) {
    if (key.length() <= KEY_SHOWN_MAX) {
      return key;
    }
    int rest = KEY_SHOWN_MAX - "...".length();
    return key.substring(0, (rest + 1) / 2) + "..." + key.substring(key.length() - rest / 2);
  }

  private static int values(DeviceAttribute attribute) {
    int listed =
        attribute.bools().size()
            + attribute.ints().size()
            + attribute.strings().size()
            + attribute.versions().size();
    return Math.max(1, listed);
  }

  private static void attribute(Check at, DeviceAttribute attribute) {
    int kinds = attribute.bool() == null ? 0 : 1;
    kinds += attribute.int_() == null ? 0 : 1;
    if (attribute.string() != null) {
      kinds++;
      text(at.at("string"), attribute.string());
    }
    if (attribute.version() != null) {
      kinds++;
      version(at.at("version"), attribute.version());
    }
    kinds += attribute.bools().isEmpty() ? 0 : 1;
    kinds += attribute.ints().isEmpty() ? 0 : 1;
    kinds += attribute.strings().isEmpty() ? 0 : 1;
    kinds += attribute.versions().isEmpty() ? 0 : 1;
    at.at("strings").each(attribute.strings(), OfferedDevices::text);
    at.at("versions").each(attribute.versions(), OfferedDevices::version);
    if (kinds != 1) {
      at.invalid(kinds == 0 ? "" : attribute, "exactly one value must be specified");
    }
  }

  private static void text(Check at, String value) {
    if (MetadataValidation.bytes(value) > VALUE_BYTES_MAX) {
      at.tooLong(VALUE_BYTES_MAX);
    }
  }

  private static void version(Check at, String value) {
    if (!VERSION.matcher(value).matches()) {
      at.invalid(value, "must be a string compatible with semver.org spec 2.0.0");
    }
    text(at, value);
  }

  private static void capacity(Check at, DeviceCapacity capacity, boolean shared) {
    var policy = capacity.requestPolicy();
    if (policy != null && shared) {
      DeviceCapacities.policy(at.at("requestPolicy"), policy, capacity.value());
    } else if (policy != null) {
      at.at("requestPolicy").forbidden("allowMultipleAllocations must be true");
    }
  }

  private static void consumption(Check at, DeviceCounterConsumption consumption) {
    DeviceNames.requiredLabel(at.at("counterSet"), consumption.counterSet());
    ResourceSlices.counters(at.at("counters"), consumption.counters());
  }

  private static void place(Check at, Device device, boolean perDevice) {
    if (!perDevice) {
      if (device.nodeName() != null || device.nodeSelector() != null || device.allNodes() != null) {
        at.invalid(
            null,
            "`nodeName`, `nodeSelector` and `allNodes` can only be set if"
                + " `perDeviceNodeSelection` is set to true in the ResourceSlice spec");
      }
      return;
    }
    List<String> given = new ArrayList<>();
    if (device.nodeName() != null) {
      if (device.nodeName().isEmpty()) {
        at.at("nodeName").invalid("", "must not be empty");
      } else {
        given.add("`nodeName`");
        at.at("nodeName").format(device.nodeName(), Formats::dns1123Subdomain);
      }
    }
    if (device.nodeSelector() != null) {
      given.add("`nodeSelector`");
      Scheduling.nodeSelector(at.at("nodeSelector"), device.nodeSelector());
    }
    ResourceSlices.flag(at, "allNodes", device.allNodes(), given);
    if (given.isEmpty()) {
      at.required(ONE_PLACE);
    } else if (given.size() > 1) {
      at.invalid(ResourceSlices.shown(given), ONE_PLACE);
    }
  }

  private static void mappings(Check at, Device device) {
    at.each(
        device.nodeAllocatableResourceMappings(),
        (item, resource, mapping) -> {
          if (!Resources.isNative(resource)) {
            item.invalid(resource, "must be a node allocatable resource name");
          }
          mapping(item, mapping, device.capacity());
        });
  }

  private static void mapping(
      Check at, NodeAllocatableResourceMapping mapping, Map<String, DeviceCapacity> capacities) {
    var multiplier = mapping.allocationMultiplier();
    var key = mapping.capacityKey();
    if (multiplier == null && key == null) {
      at.invalid("", "at least one of allocationMultiplier or capacityKey must be set");
      return;
    }
    if (multiplier != null && multiplier.signum() <= 0) {
      at.at("allocationMultiplier").invalid(multiplier.toString(), "must be positive");
    }
    if (key != null && key.isEmpty()) {
      at.at("capacityKey").invalid("", "capacityKey must not be an empty string");
    } else if (key != null && !capacities.containsKey(key)) {
      at.at("capacityKey").notFound(key);
    }
  }
}
