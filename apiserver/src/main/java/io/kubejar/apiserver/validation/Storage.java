package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.PersistentVolumeClaimSpec;
import io.kubejar.apimachinery.format.Formats;
import java.util.List;

/// Claims on volumes.
final class Storage {
  private static final String[] ACCESS_MODES = {
    "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"
  };
  private static final String CLAIM_IMMUTABLE =
      "spec is immutable after creation except resources.requests and volumeAttributesClassName for"
          + " bound claims";

  private Storage() {}

  static void claim(Check root, PersistentVolumeClaim claim) {
    claim(root.at("spec"), claim.spec());
  }

  static void claim(Check at, PersistentVolumeClaimSpec spec) {
    if (spec.accessModes().isEmpty()) {
      at.at("accessModes").required("at least 1 access mode is required");
    }
    accessModes(at.at("accessModes"), spec.accessModes());
    MetadataValidation.selector(at.at("selector"), spec.selector());
    var storage = spec.resources().requests().get("storage");
    var request = at.at("resources").key("storage");
    if (storage == null) {
      request.required("");
    } else if (storage.signum() <= 0) {
      request.invalid(storage.toString(), "must be greater than zero");
    }
    var className = spec.storageClassName();
    if (className != null && !className.isEmpty()) {
      at.at("storageClassName").format(className, Formats::dns1123Subdomain);
    }
    at.at("volumeMode").oneOfOrEmpty(spec.volumeMode(), "Block", "Filesystem");
  }

  static void accessModes(Check at, List<String> modes) {
    for (var mode : modes) {
      at.oneOf(mode, ACCESS_MODES);
    }
    if (modes.contains("ReadWriteOncePod") && modes.size() > 1) {
      at.forbidden("may not use ReadWriteOncePod with other access modes");
    }
  }

  static void claim(Check root, PersistentVolumeClaim claim, PersistentVolumeClaim old) {
    var before = old.spec();
    var now = claim.spec();
    if (now.equals(before)) {
      return;
    }
    claim(root, claim);
    var at = root.at("spec");
    boolean bound = old.status().phase().equals("Bound");
    var munged = now;
    if (before.volumeName().isEmpty()) {
      munged = munged.withVolumeName("");
    }
    if (before.storageClassName() == null) {
      munged = munged.withStorageClassName(null); // The default class may be filled in later.
    }
    if (bound) {
      munged =
          munged
              .withResources(before.resources())
              .withVolumeAttributesClassName(before.volumeAttributesClassName());
    }
    if (!munged.equals(before)) {
      at.forbidden(CLAIM_IMMUTABLE);
      return;
    }
    var was = before.resources().requests().get("storage");
    var wanted = now.resources().requests().get("storage");
    if (was != null && wanted != null && wanted.compareTo(was) < 0) {
      at.at("resources")
          .at("requests")
          .at("storage")
          .forbidden("field can not be less than status.capacity");
    }
  }
}
