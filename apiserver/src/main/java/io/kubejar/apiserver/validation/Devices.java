package io.kubejar.apiserver.validation;

import io.kubejar.api.resource.v1.DeviceClaim;
import io.kubejar.api.resource.v1.DeviceClass;
import io.kubejar.api.resource.v1.DeviceConstraint;
import io.kubejar.api.resource.v1.DeviceRequest;
import io.kubejar.api.resource.v1.DeviceSubRequest;
import io.kubejar.api.resource.v1.ExactDeviceRequest;
import io.kubejar.api.resource.v1.ResourceClaim;
import io.kubejar.api.resource.v1.ResourceClaimTemplate;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Classes of devices and claims on them.
final class Devices {
  static final int REQUESTS_MAX = 32;
  static final int CONFIGS_MAX = 32;
  private static final int SUBREQUESTS_MAX = 8;
  private static final int CONSTRAINTS_MAX = 32;
  private static final String NO_SUCH_REQUEST =
      "must be the name of a request in the claim or the name of a request and a subrequest"
          + " separated by '/'";

  private Devices() {}

  /// The requests of a claim by name, with the names of their alternatives.
  record RequestNames(Map<String, Set<String>> subrequests) {
    static RequestNames of(DeviceClaim claim) {
      var names = new HashMap<String, Set<String>>();
      for (var request : claim.requests()) {
        var subrequests = new HashSet<String>();
        request.firstAvailable().forEach(each -> subrequests.add(each.name()));
        names.put(request.name(), subrequests);
      }
      return new RequestNames(Map.copyOf(names));
    }

    /// A reference to a request, or to one of its alternatives after a slash.
    void check(Check at, String reference) {
      var parts = reference.split("/", -1);
      if (parts.length > 2) {
        at.invalid(reference, NO_SUCH_REQUEST);
        return;
      }
      for (var part : parts) {
        at.format(part, Formats::dns1123Label);
      }
      var known = subrequests.get(parts[0]);
      if (known == null || (parts.length == 2 && !known.contains(parts[1]))) {
        at.invalid(reference, NO_SUCH_REQUEST);
      }
    }

    void check(Check at, List<String> references) {
      DeviceParts.set(at, references, REQUESTS_MAX, this::check, each -> each);
    }
  }

  static void deviceClass(Check root, DeviceClass given, @Nullable DeviceClass old) {
    var at = root.at("spec");
    var spec = given.spec();
    DeviceSelectors.check(at.at("selectors"), spec.selectors());
    boolean stored = old != null && spec.config().equals(old.spec().config());
    DeviceParts.list(
        at.at("config"),
        spec.config(),
        CONFIGS_MAX,
        (item, config) -> DeviceParts.opaque(item.at("opaque"), config.opaque(), stored));
    var name = spec.extendedResourceName();
    if (name != null && !Resources.isExtended(name)) {
      at.at("extendedResourceName").invalid(name, "must be a valid extended resource name");
    }
  }

  static void claim(Check root, ResourceClaim claim) {
    devices(root.at("spec").at("devices"), claim.spec().devices());
  }

  static void claim(Check root, ResourceClaim claim, ResourceClaim old) {
    root.at("spec").immutable(claim.spec(), old.spec());
  }

  static void template(Check root, ResourceClaimTemplate template) {
    var at = root.at("spec");
    MetadataValidation.template(at.at("metadata"), template.spec().metadata());
    devices(at.at("spec").at("devices"), template.spec().spec().devices());
  }

  static void template(Check root, ResourceClaimTemplate template, ResourceClaimTemplate old) {
    template(root, template);
    root.at("spec").immutable(template.spec(), old.spec());
  }

  private static void devices(Check at, DeviceClaim claim) {
    var names = RequestNames.of(claim);
    DeviceParts.set(
        at.at("requests"), claim.requests(), REQUESTS_MAX, Devices::request, DeviceRequest::name);
    DeviceParts.list(
        at.at("constraints"),
        claim.constraints(),
        CONSTRAINTS_MAX,
        (item, constraint) -> constraint(item, constraint, names));
    DeviceParts.list(
        at.at("config"),
        claim.config(),
        CONFIGS_MAX,
        (item, config) -> {
          names.check(item.at("requests"), config.requests());
          DeviceParts.opaque(item.at("opaque"), config.opaque(), false);
        });
  }

  private static void request(Check at, DeviceRequest request) {
    DeviceNames.label(at.at("name"), request.name());
    var exactly = request.exactly();
    var first = request.firstAvailable();
    if (exactly != null && !first.isEmpty()) {
      at.invalid(
          null,
          "exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set");
    } else if (exactly != null) {
      exactly(at.at("exactly"), exactly);
    } else if (first.isEmpty()) {
      at.required("exactly one of `exactly` or `firstAvailable` is required");
    } else {
      DeviceParts.set(
          at.at("firstAvailable"),
          first,
          SUBREQUESTS_MAX,
          Devices::subrequest,
          DeviceSubRequest::name);
    }
  }

  private static void exactly(Check at, ExactDeviceRequest request) {
    DeviceNames.className(at.at("deviceClassName"), request.deviceClassName());
    DeviceSelectors.check(at.at("selectors"), request.selectors());
    count(at, request.allocationMode(), request.count());
    DeviceParts.tolerations(at.at("tolerations"), request.tolerations());
  }

  private static void subrequest(Check at, DeviceSubRequest request) {
    DeviceNames.label(at.at("name"), request.name());
    DeviceNames.className(at.at("deviceClassName"), request.deviceClassName());
    DeviceSelectors.check(at.at("selectors"), request.selectors());
    count(at, request.allocationMode(), request.count());
    DeviceParts.tolerations(at.at("tolerations"), request.tolerations());
  }

  private static void count(Check at, String mode, long count) {
    switch (mode) {
      case "All" -> {
        if (count != 0) {
          at.at("count").invalid(count, "must not be specified when allocationMode is 'All'");
        }
      }
      case "ExactCount" -> at.at("count").positive(count);
      default -> at.at("allocationMode").notSupported(mode, "All", "ExactCount");
    }
  }

  private static void constraint(Check at, DeviceConstraint constraint, RequestNames names) {
    names.check(at.at("requests"), constraint.requests());
    if (constraint.matchAttribute() != null) {
      DeviceNames.fullyQualified(at.at("matchAttribute"), constraint.matchAttribute());
    } else if (constraint.distinctAttribute() != null) {
      DeviceNames.fullyQualified(at.at("distinctAttribute"), constraint.distinctAttribute());
    } else {
      at.required(
          "exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple"
              + " fields are set");
    }
  }
}
