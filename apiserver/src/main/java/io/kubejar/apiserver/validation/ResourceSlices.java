package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.NodeSelector;
import io.kubejar.api.resource.v1.Counter;
import io.kubejar.api.resource.v1.CounterSet;
import io.kubejar.api.resource.v1.Device;
import io.kubejar.api.resource.v1.DeviceAttribute;
import io.kubejar.api.resource.v1.ResourcePool;
import io.kubejar.api.resource.v1.ResourceSlice;
import io.kubejar.api.resource.v1.ResourceSliceSpec;
import io.kubejar.apimachinery.format.Formats;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The devices that drivers offer.
final class ResourceSlices {
  static final int COUNTERS_MAX = 32;
  private static final int DEVICES_MAX = 128;
  private static final int ELABORATE_DEVICES_MAX = 64;
  private static final int COUNTER_SETS_MAX = 8;
  private static final String ONE_PLACE =
      "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";
  private static final String UNSET_OR_TRUE = "must be either unset or set to true";

  private ResourceSlices() {}

  static void slice(Check root, ResourceSlice slice, @Nullable ResourceSlice old) {
    var at = root.at("spec");
    var spec = slice.spec();
    StorageKinds.driverName(at.at("driver"), spec.driver());
    pool(at.at("pool"), spec.pool());
    if (old != null) {
      at.at("pool").at("name").immutable(spec.pool().name(), old.spec().pool().name());
      at.at("driver").immutable(spec.driver(), old.spec().driver());
      at.at("nodeName").immutable(spec.nodeName(), old.spec().nodeName());
    }
    place(at, spec);
    if (!spec.sharedCounters().isEmpty() && !spec.devices().isEmpty()) {
      at.invalid("", "only one of `sharedCounters` or `devices` is allowed");
    }
    var before = new HashMap<String, Device>();
    if (old != null) {
      old.spec().devices().forEach(device -> before.putIfAbsent(device.name(), device));
    }
    boolean perDevice = Boolean.TRUE.equals(spec.perDeviceNodeSelection());
    DeviceParts.set(
        at.at("devices"),
        spec.devices(),
        isElaborate(spec.devices()) ? ELABORATE_DEVICES_MAX : DEVICES_MAX,
        (item, device) -> OfferedDevices.device(item, device, before.get(device.name()), perDevice),
        Device::name);
    DeviceParts.set(
        at.at("sharedCounters"),
        spec.sharedCounters(),
        COUNTER_SETS_MAX,
        ResourceSlices::counterSet,
        CounterSet::name);
  }

  private static void pool(Check at, ResourcePool pool) {
    DeviceNames.pool(at.at("name"), pool.name());
    at.at("resourceSliceCount").positive(pool.resourceSliceCount());
    if (pool.generation() < 0) {
      at.at("generation").invalid(pool.generation(), "must be greater than or equal to zero");
    }
  }

  /// Where the devices are is told in one way.
  private static void place(Check at, ResourceSliceSpec spec) {
    var given = new ArrayList<String>();
    if (spec.nodeName() != null) {
      if (spec.nodeName().isEmpty()) {
        at.at("nodeName").invalid("", "must be either unset or set to a non-empty string");
      } else {
        given.add("`nodeName`");
        at.at("nodeName").format(spec.nodeName(), Formats::dns1123Subdomain);
      }
    }
    if (spec.nodeSelector() != null) {
      given.add("`nodeSelector`");
      oneTerm(at.at("nodeSelector"), spec.nodeSelector());
    }
    flag(at, "allNodes", spec.allNodes(), given);
    flag(at, "perDeviceNodeSelection", spec.perDeviceNodeSelection(), given);
    if (given.isEmpty()) {
      at.required(ONE_PLACE);
    } else if (given.size() > 1) {
      at.invalid(shown(given), ONE_PLACE + ", but multiple fields are set");
    }
  }

  private static void oneTerm(Check at, NodeSelector selector) {
    Scheduling.nodeSelector(at, selector);
    var terms = selector.nodeSelectorTerms();
    if (terms.size() != 1) {
      at.at("nodeSelectorTerms").invalid(terms, "must have exactly one node selector term");
    }
  }

  /// Notes a flag that is set; one that is set to false is wrong.
  static void flag(Check at, String field, @Nullable Boolean value, List<String> given) {
    if (Boolean.TRUE.equals(value)) {
      given.add("`" + field + "`");
    } else if (value != null) {
      at.at(field).invalid(false, UNSET_OR_TRUE);
    }
  }

  static String shown(List<String> given) {
    return "{" + String.join(", ", given) + "}";
  }

  /// Fewer devices fit into a slice whose devices say more.
  private static boolean isElaborate(List<Device> devices) {
    return devices.stream()
        .anyMatch(
            device ->
                !device.taints().isEmpty()
                    || !device.consumesCounters().isEmpty()
                    || device.attributes().values().stream().anyMatch(ResourceSlices::isList));
  }

  static boolean isList(DeviceAttribute attribute) {
    return !attribute.bools().isEmpty()
        || !attribute.ints().isEmpty()
        || !attribute.strings().isEmpty()
        || !attribute.versions().isEmpty();
  }

  private static void counterSet(Check at, CounterSet set) {
    DeviceNames.requiredLabel(at.at("name"), set.name());
    counters(at.at("counters"), set.counters());
  }

  static void counters(Check at, Map<String, Counter> counters) {
    if (counters.isEmpty()) {
      at.required("");
    } else if (counters.size() > COUNTERS_MAX) {
      at.tooMany(counters.size(), COUNTERS_MAX);
    } else {
      counters.keySet().forEach(name -> DeviceNames.label(at, name));
    }
  }
}
