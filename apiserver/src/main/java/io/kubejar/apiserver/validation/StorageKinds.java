package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.TopologySelectorLabelRequirement;
import io.kubejar.api.core.v1.TopologySelectorTerm;
import io.kubejar.api.storage.v1.CSIDriver;
import io.kubejar.api.storage.v1.CSIDriverSpec;
import io.kubejar.api.storage.v1.CSINode;
import io.kubejar.api.storage.v1.CSINodeDriver;
import io.kubejar.api.storage.v1.CSIStorageCapacity;
import io.kubejar.api.storage.v1.StorageClass;
import io.kubejar.api.storage.v1.TokenRequest;
import io.kubejar.api.storage.v1.VolumeAttachment;
import io.kubejar.api.storage.v1.VolumeAttributesClass;
import io.kubejar.apimachinery.format.Formats;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What provides and attaches volumes.
final class StorageKinds {
  private static final int PARAMETERS_MAX = 512;
  private static final int PARAMETERS_BYTES_MAX = 256 * 1024;
  private static final int DRIVER_NAME_MAX = 63;
  private static final int NODE_ID_MAX = 256;
  private static final long SHORTEST_TOKEN_SECONDS = 600;
  private static final long LONGEST_TOKEN_SECONDS = 1L << 32;
  private static final long SHORTEST_UPDATE_PERIOD_SECONDS = 10;

  private StorageKinds() {}

  static void storageClass(Check root, StorageClass given) {
    provisioner(root.at("provisioner"), given.provisioner());
    parameters(root.at("parameters"), given.parameters());
    root.at("reclaimPolicy").oneOfOrEmpty(given.reclaimPolicy(), "Delete", "Retain");
    var mode = given.volumeBindingMode();
    if (mode == null) {
      root.at("volumeBindingMode").required("");
    } else {
      root.at("volumeBindingMode").oneOf(mode, "Immediate", "WaitForFirstConsumer");
    }
    topologies(root.at("allowedTopologies"), given.allowedTopologies());
  }

  private static void provisioner(Check at, String name) {
    if (name.isEmpty()) {
      at.required("");
    } else {
      at.format(name.toLowerCase(Locale.ROOT), Formats::labelKey);
    }
  }

  static void storageClass(Check root, StorageClass given, StorageClass old) {
    storageClass(root, given);
    root.at("parameters").immutable(given.parameters(), old.parameters());
    root.at("provisioner").immutable(given.provisioner(), old.provisioner());
    root.at("reclaimPolicy").immutable(given.reclaimPolicy(), old.reclaimPolicy());
    root.at("volumeBindingMode").immutable(given.volumeBindingMode(), old.volumeBindingMode());
  }

  /// Where volumes may be: alternatives, no two the same.
  private static void topologies(Check at, List<TopologySelectorTerm> terms) {
    // Upstream compares each with as many empty ones as there are, and with those before.
    var seen = new ArrayList<>(Collections.nCopies(terms.size(), Map.<String, Set<String>>of()));
    at.each(
        terms,
        (item, term) -> {
          Map<String, Set<String>> expressions = new HashMap<>();
          item.at("matchLabelExpressions")
              .each(
                  term.matchLabelExpressions(),
                  (place, requirement) -> {
                    var values = topology(place, requirement);
                    if (expressions.put(requirement.key(), values) != null) {
                      place.at("key").duplicate(requirement.key());
                    }
                  });
          seen.stream()
              .filter(expressions::equals)
              .forEach(_ -> item.at("matchLabelExpressions").duplicate(""));
          seen.add(expressions);
        });
  }

  private static Set<String> topology(Check at, TopologySelectorLabelRequirement requirement) {
    var values = new HashSet<String>();
    at.at("values").nonEmpty(requirement.values());
    at.at("values")
        .each(
            requirement.values(),
            (item, value) -> {
              if (!values.add(value)) {
                item.duplicate(value);
              }
            });
    at.at("key").format(requirement.key(), Formats::labelKey);
    return values;
  }

  private static void parameters(Check at, Map<String, String> parameters) {
    if (parameters.size() > PARAMETERS_MAX) {
      at.tooLong(PARAMETERS_MAX);
      return;
    }
    long size = 0;
    for (var parameter : parameters.entrySet()) {
      if (parameter.getKey().isEmpty()) {
        at.invalid("", "field can not be empty.");
      }
      size += MetadataValidation.bytes(parameter.getKey());
      size += MetadataValidation.bytes(parameter.getValue());
    }
    if (size > PARAMETERS_BYTES_MAX) {
      at.tooLong(PARAMETERS_BYTES_MAX);
    }
  }

  static void driverName(Check at, String name) {
    if (name.isEmpty()) {
      at.required("");
      return;
    }
    if (name.length() > DRIVER_NAME_MAX) {
      at.tooLong(DRIVER_NAME_MAX);
    }
    at.messages(name, Formats.dns1123Subdomain(name.toLowerCase(Locale.ROOT)));
  }

  static void attachment(Check root, VolumeAttachment attachment) {
    var at = root.at("spec");
    var spec = attachment.spec();
    driverName(at.at("attacher"), spec.attacher());
    var source = at.at("source");
    var name = spec.source().persistentVolumeName();
    var inlined = spec.source().inlineVolumeSpec();
    if (inlined == null && name == null) {
      source.required("must specify exactly one of inlineVolumeSpec and persistentVolumeName");
    }
    if (inlined != null && name != null) {
      source.forbidden("must specify exactly one of inlineVolumeSpec and persistentVolumeName");
    }
    if (inlined == null && name != null && name.isEmpty()) {
      source.at("persistentVolumeName").required("must specify non empty persistentVolumeName");
    }
    if (inlined != null && name == null) {
      PersistentVolumes.inlined(source.at("inlineVolumeSpec"), inlined);
    }
    at.at("nodeName").format(spec.nodeName(), Formats::dns1123Subdomain);
    if (name != null) {
      source.at("persistentVolumeName").format(name, Formats::dns1123Subdomain);
    }
  }

  static void attachment(Check root, VolumeAttachment attachment, VolumeAttachment old) {
    attachment(root, attachment);
    root.at("spec").immutable(attachment.spec(), old.spec());
  }

  static void node(Check root, CSINode node) {
    var names = new HashSet<String>();
    root.at("spec")
        .at("drivers")
        .each(
            node.spec().drivers(),
            (item, driver) -> {
              driver(item, driver, names);
            });
  }

  private static void driver(Check at, CSINodeDriver driver, Set<String> names) {
    driverName(at.at("name"), driver.name());
    at.at("nodeID").nonEmpty(driver.nodeID());
    if (driver.nodeID().length() > NODE_ID_MAX) {
      at.at("nodeID").invalid(driver.nodeID(), "must be " + NODE_ID_MAX + " characters or less");
    }
    var allocatable = driver.allocatable();
    if (allocatable != null) {
      at.at("allocatable").at("count").nonNegative(allocatable.count());
    }
    if (!names.add(driver.name())) {
      at.at("name").duplicate(driver.name());
    }
    var keys = new HashSet<String>();
    for (var key : driver.topologyKeys()) {
      if (key.isEmpty()) {
        at.required("");
      }
      if (!keys.add(key)) {
        at.duplicate(key);
      }
      at.format(key, Formats::labelKey);
    }
  }

  static void node(Check root, CSINode node, CSINode old) {
    node(root, node);
    var before = new HashMap<String, CSINodeDriver>();
    old.spec().drivers().forEach(driver -> before.put(driver.name(), driver));
    for (var driver : node.spec().drivers()) {
      var was = before.get(driver.name());
      // How many volumes a node takes may change; the driver updates it.
      if (was != null && !driver.withAllocatable(null).equals(was.withAllocatable(null))) {
        root.at("spec").at("drivers").invalid(driver.withAllocatable(null), Check.IMMUTABLE);
      }
    }
  }

  static void driver(Check root, CSIDriver driver) {
    var at = root.at("spec");
    var spec = driver.spec();
    present(at.at("attachedRequired"), spec.attachRequired());
    present(at.at("podInfoOnMount"), spec.podInfoOnMount());
    present(at.at("storageCapacity"), spec.storageCapacity());
    var policy = spec.fsGroupPolicy();
    if (policy != null && !List.of("File", "None", "ReadWriteOnceWithFSType").contains(policy)) {
      at.at("fsGroupPolicy").notSupported(policy, "File", "None", "ReadWriteOnceWithFSType");
    }
    tokens(at.at("tokenRequests"), spec.tokenRequests());
    for (var mode : spec.volumeLifecycleModes()) {
      if (!mode.equals("Persistent") && !mode.equals("Ephemeral")) {
        at.at("volumeLifecycleModes").notSupported(mode, "Persistent", "Ephemeral");
      }
    }
    present(at.at("seLinuxMount"), spec.seLinuxMount());
    var period = spec.nodeAllocatableUpdatePeriodSeconds();
    if (period != null && period < SHORTEST_UPDATE_PERIOD_SECONDS) {
      at.at("nodeAllocatableUpdatePeriodSeconds")
          .invalid(period, "must be greater than or equal to 10 seconds");
    }
    var secrets = spec.serviceAccountTokenInSecrets();
    if (secrets != null && spec.tokenRequests().isEmpty()) {
      at.at("serviceAccountTokenInSecrets")
          .invalid(
              secrets, "serviceAccountTokenInSecrets is set but no tokenRequests are specified");
    }
  }

  private static void present(Check at, @Nullable Boolean value) {
    if (value == null) {
      at.required("");
    }
  }

  private static void tokens(Check at, List<TokenRequest> requests) {
    var audiences = new HashSet<String>();
    at.each(
        requests,
        (item, request) -> {
          if (!audiences.add(request.audience())) {
            item.at("audience").duplicate(request.audience());
          }
          var seconds = request.expirationSeconds();
          if (seconds != null && seconds < SHORTEST_TOKEN_SECONDS) {
            item.at("expirationSeconds")
                .invalid(seconds, "may not specify a duration less than 10 minutes");
          }
          if (seconds != null && seconds > LONGEST_TOKEN_SECONDS) {
            item.at("expirationSeconds")
                .invalid(seconds, "may not specify a duration larger than 2^32 seconds");
          }
        });
  }

  static void driver(Check root, CSIDriver driver, CSIDriver old) {
    driver(root, driver);
    CSIDriverSpec now = driver.spec();
    CSIDriverSpec was = old.spec();
    var at = root.at("spec");
    at.at("attachedRequired").immutable(now.attachRequired(), was.attachRequired());
    at.at("volumeLifecycleModes").immutable(now.volumeLifecycleModes(), was.volumeLifecycleModes());
  }

  static void capacity(Check root, CSIStorageCapacity capacity) {
    MetadataValidation.selector(root.at("nodeTopology"), capacity.nodeTopology());
    root.at("storageClassName").format(capacity.storageClassName(), Formats::dns1123Subdomain);
    if (capacity.capacity() != null) {
      root.at("capacity").nonNegative(capacity.capacity());
    }
  }

  static void capacity(Check root, CSIStorageCapacity capacity, CSIStorageCapacity old) {
    capacity(root, capacity);
    root.at("nodeTopology").immutable(capacity.nodeTopology(), old.nodeTopology());
    root.at("storageClassName").immutable(capacity.storageClassName(), old.storageClassName());
  }

  static void attributes(Check root, VolumeAttributesClass given) {
    provisioner(root.at("driverName"), given.driverName());
    parameters(root.at("parameters"), given.parameters());
    if (given.parameters().isEmpty()) {
      root.at("parameters").required("must contain at least one key/value pair");
    }
  }

  static void attributes(Check root, VolumeAttributesClass given, VolumeAttributesClass old) {
    fixed(root, "driverName", given.driverName(), old.driverName());
    fixed(root, "parameters", given.parameters(), old.parameters());
    attributes(root, given);
  }

  private static void fixed(Check root, String field, Object value, Object old) {
    if (!value.equals(old)) {
      root.at(field).forbidden("updates to " + field + " are forbidden.");
    }
  }
}
