package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.PersistentVolumeClaimSpec;
import io.kubejar.api.core.v1.VolumeResourceRequirements;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.format.Formats;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Claims on volumes.
final class Storage {
  private static final String ONE_POD = "ReadWriteOncePod";
  private static final List<String> ACCESS_MODES =
      List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", ONE_POD);
  private static final String CLAIM_IMMUTABLE =
      "spec is immutable after creation except resources.requests and volumeAttributesClassName for"
          + " bound claims\n";
  private static final String CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";
  private static final String STORAGE = "storage";
  private static final List<String> RESIZE_STATES =
      List.of(
          "ControllerResizeInfeasible",
          "ControllerResizeInProgress",
          "NodeResizeInfeasible",
          "NodeResizeInProgress",
          "NodeResizePending");

  private Storage() {}

  static void claim(Check root, PersistentVolumeClaim claim) {
    claim(root.at("spec"), claim.spec());
  }

  static void claim(Check at, PersistentVolumeClaimSpec spec) {
    if (spec.accessModes().isEmpty()) {
      at.at("accessModes").required("at least 1 access mode is required");
    }
    MetadataValidation.selector(at.at("selector"), spec.selector());
    accessModes(at.at("accessModes"), spec.accessModes());
    var storage = spec.resources().requests().get(STORAGE);
    var request = at.at("resources").key(STORAGE);
    if (storage == null) {
      request.required("");
    } else if (storage.signum() <= 0) {
      request.invalid(storage.toString(), "must be greater than zero");
    }
    var className = spec.storageClassName();
    if (className != null && !className.isEmpty()) {
      at.at("storageClassName").format(className, Formats::dns1123Subdomain);
    }
    var mode = spec.volumeMode();
    if (mode != null && !mode.equals("Block") && !mode.equals("Filesystem")) {
      at.at("volumeMode").notSupported(mode, "Block", "Filesystem");
    }
    dataSource(at, spec);
    var attributes = spec.volumeAttributesClassName();
    if (attributes != null && !attributes.isEmpty()) {
      at.at("volumeAttributesClassName").format(attributes, Formats::dns1123Subdomain);
    }
  }

  /// What the volume is filled with at first. The old field and the new one say the same.
  private static void dataSource(Check at, PersistentVolumeClaimSpec spec) {
    var source = spec.dataSource();
    var reference = spec.dataSourceRef();
    if (source != null) {
      reference(at.at("dataSource"), source.apiGroup(), source.kind(), source.name());
    }
    if (reference != null) {
      var place = at.at("dataSourceRef");
      reference(place, reference.apiGroup(), reference.kind(), reference.name());
      var namespace = reference.namespace();
      if (namespace != null && !namespace.isEmpty()) {
        place.at("namespace").format(namespace, Formats::dns1123Label);
      }
    }
    if (source == null || reference == null) {
      return;
    }
    var shown = Map.of(); // Upstream means to show the path here, but a path has no JSON.
    if (reference.namespace() != null && !reference.namespace().isEmpty()) {
      at.invalid(shown, "may not be specified when dataSourceRef.namespace is specified");
    } else if (!Objects.equals(source.apiGroup(), reference.apiGroup())
        || !source.kind().equals(reference.kind())
        || !source.name().equals(reference.name())) {
      at.invalid(shown, "must match dataSourceRef");
    }
  }

  private static void reference(Check at, @Nullable String group, String kind, String name) {
    at.at("name").nonEmpty(name);
    at.at("kind").nonEmpty(kind);
    if (group != null && !group.isEmpty()) {
      at.at("apiGroup").format(group, Formats::dns1123Subdomain);
    } else if (!kind.equals("PersistentVolumeClaim")) {
      at.invalid(kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
    }
  }

  static void accessModes(Check at, List<String> modes) {
    for (var mode : modes) {
      if (!ACCESS_MODES.contains(mode)) {
        at.notSupported(mode, ACCESS_MODES.toArray(String[]::new));
      }
    }
    boolean others =
        modes.stream().anyMatch(mode -> !mode.equals(ONE_POD) && ACCESS_MODES.contains(mode));
    if (modes.contains(ONE_POD) && others) {
      at.forbidden("may not use ReadWriteOncePod with other access modes");
    }
  }

  static void claim(Check root, PersistentVolumeClaim claim, PersistentVolumeClaim old) {
    var before = old.spec();
    var now = claim.spec();
    if (now.equals(before)) {
      sameAnnotation(root, claim, old);
      return;
    }
    claim(root, claim);
    sameAnnotation(root, claim, old);
    var at = root.at("spec");
    boolean bound = old.status().phase().equals("Bound");
    var munged = now;
    if (before.volumeName().isEmpty()) {
      munged = munged.withVolumeName("");
    }
    if (before.storageClassName() == null && mayGetClass(old, now.storageClassName())) {
      munged = munged.withStorageClassName(null); // The default class may be filled in later.
    }
    if (bound) {
      munged =
          munged
              .withResources(withStorageOf(now.resources(), before.resources()))
              .withVolumeAttributesClassName(before.volumeAttributesClassName());
    }
    if (!munged.equals(before)) {
      at.forbidden(
          CLAIM_IMMUTABLE
              + Differences.between(
                  "spec",
                  PersistentVolumeClaimSpec.CODEC.toTree(before),
                  PersistentVolumeClaimSpec.CODEC.toTree(munged)));
    }
    size(at.at("resources").at("requests").at("storage"), claim, old);
    root.at("volumeMode").immutable(now.volumeMode(), before.volumeMode());
    attributesClass(at.at("volumeAttributesClassName"), now, old);
  }

  /// The class may move from the annotation into the field that took its place.
  private static void sameAnnotation(
      Check root, PersistentVolumeClaim claim, PersistentVolumeClaim old) {
    var before = old.metadata().annotations().get(CLASS_ANNOTATION);
    var now = claim.metadata().annotations().get(CLASS_ANNOTATION);
    boolean moves =
        before != null
            && old.spec().storageClassName() == null
            && before.equals(claim.spec().storageClassName())
            && (now == null || now.equals(before));
    if (!moves) {
      root.at("metadata")
          .at("annotations")
          .at(CLASS_ANNOTATION)
          .immutable(Objects.requireNonNullElse(now, ""), Objects.requireNonNullElse(before, ""));
    }
  }

  private static boolean mayGetClass(PersistentVolumeClaim old, @Nullable String name) {
    var annotated = old.metadata().annotations().get(CLASS_ANNOTATION);
    return name != null && (annotated == null || annotated.equals(name));
  }

  private static VolumeResourceRequirements withStorageOf(
      VolumeResourceRequirements now, VolumeResourceRequirements before) {
    var requests = new LinkedHashMap<>(now.requests());
    var storage = before.requests().get(STORAGE);
    if (storage != null) {
      requests.put(STORAGE, storage);
    }
    return now.withRequests(requests);
  }

  /// A claim may shrink again if its volume did not grow that far, but never below it.
  private static void size(Check at, PersistentVolumeClaim claim, PersistentVolumeClaim old) {
    var was = old.spec().resources().requests().getOrDefault(STORAGE, Quantity.of(0));
    var wanted = claim.spec().resources().requests().getOrDefault(STORAGE, Quantity.of(0));
    var actual = old.status().capacity().getOrDefault(STORAGE, Quantity.of(0));
    if (wanted.compareTo(was) < 0 && wanted.compareTo(actual) <= 0) {
      at.forbidden("field can not be less than status.capacity");
    }
  }

  private static void attributesClass(
      Check at, PersistentVolumeClaimSpec now, PersistentVolumeClaim old) {
    var name = now.volumeAttributesClassName();
    if (old.status().currentVolumeAttributesClassName() == null
        || Objects.equals(name, old.spec().volumeAttributesClassName())) {
      return;
    }
    var when = " is forbidden when status.currentVolumeAttributesClassName is not nil";
    if (name == null) {
      at.forbidden("update to nil" + when);
    } else if (name.isEmpty()) {
      at.forbidden("update to empty string" + when);
    }
  }

  /// What controllers and nodes may report of a claim.
  static void status(Check root, PersistentVolumeClaim claim) {
    if (claim.spec().accessModes().isEmpty()) {
      root.at("Spec").at("accessModes").required(""); // As upstream writes it.
    }
    var at = root.at("status");
    at.at("capacity").each(claim.status().capacity(), (item, _, amount) -> actual(item, amount));
    var resizing = at.at("allocatedResourceStatuses");
    claim
        .status()
        .allocatedResourceStatuses()
        .forEach(
            (name, state) -> {
              resource(resizing, name);
              if (!RESIZE_STATES.contains(state)) {
                resizing.notSupported(name, RESIZE_STATES.toArray(String[]::new));
              }
            });
    at.at("allocatedResources")
        .each(
            claim.status().allocatedResources(),
            (item, name, amount) -> {
              if (resource(at.at("allocatedResources"), name)) {
                actual(item, amount);
              }
            });
  }

  private static void actual(Check at, Quantity amount) {
    if (amount.value() < 0) {
      at.invalid(amount.value(), "must be a valid resource quantity");
    }
  }

  private static boolean resource(Check at, String name) {
    var wrong = Formats.labelKey(name);
    at.messages(name, wrong);
    if (!wrong.isEmpty()) {
      return false;
    }
    boolean own = name.indexOf('/') < 0 || name.contains("kubernetes.io/");
    if (own && !name.equals(STORAGE)) {
      at.notSupported(name, STORAGE);
      return false;
    }
    return true;
  }
}
