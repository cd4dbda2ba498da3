package io.kubejar.apiserver.validation;

import io.kubejar.api.resource.v1.DeviceClaim;
import io.kubejar.api.resource.v1.DeviceClass;
import io.kubejar.api.resource.v1.DeviceConstraint;
import io.kubejar.api.resource.v1.DeviceRequest;
import io.kubejar.api.resource.v1.DeviceSelector;
import io.kubejar.api.resource.v1.DeviceToleration;
import io.kubejar.api.resource.v1.OpaqueDeviceConfiguration;
import io.kubejar.api.resource.v1.ResourceClaim;
import io.kubejar.api.resource.v1.ResourceClaimTemplate;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Classes of devices and claims on them.
final class Devices {
  private static final int REQUESTS_MAX = 32;
  private static final int SUBREQUESTS_MAX = 8;
  private static final int CONSTRAINTS_MAX = 32;
  private static final int CONFIGS_MAX = 32;
  private static final int SELECTORS_MAX = 32;
  private static final int TOLERATIONS_MAX = 16;
  private static final int RESERVED_MAX = 256;
  private static final int DRIVER_NAME_MAX = 63;
  private static final int OPAQUE_BYTES_MAX = 10 * 1024;

  private Devices() {}

  static void deviceClass(Check root, DeviceClass given) {
    var at = root.at("spec");
    var spec = given.spec();
    selectors(at.at("selectors"), spec.selectors());
    atMost(at.at("config"), spec.config().size(), CONFIGS_MAX);
    at.at("config").each(spec.config(), (item, config) -> opaque(item, config.opaque()));
  }

  static void claim(Check root, ResourceClaim claim) {
    devices(root.at("spec").at("devices"), claim.spec().devices());
  }

  static void claim(Check root, ResourceClaim claim, ResourceClaim old) {
    root.at("spec").immutable(claim.spec(), old.spec());
    if (claim.spec().equals(old.spec())) {
      claim(root, claim);
    }
    var reserved = root.at("status").at("reservedFor");
    atMost(reserved, claim.status().reservedFor().size(), RESERVED_MAX);
    var uids = new HashSet<String>();
    reserved.each(
        claim.status().reservedFor(),
        (item, consumer) -> {
          item.at("resource").nonEmpty(consumer.resource());
          item.at("name").nonEmpty(consumer.name());
          item.at("uid").nonEmpty(consumer.uid());
          if (!uids.add(consumer.uid())) {
            item.at("uid").duplicate(consumer.uid());
          }
        });
    var before = old.status().allocation();
    if (before != null
        && claim.status().allocation() != null
        && !before.equals(claim.status().allocation())) {
      root.at("status").at("allocation").invalid(claim.status().allocation(), Check.IMMUTABLE);
    }
  }

  static void template(Check root, ResourceClaimTemplate template) {
    devices(root.at("spec").at("spec").at("devices"), template.spec().spec().devices());
  }

  static void template(Check root, ResourceClaimTemplate template, ResourceClaimTemplate old) {
    root.at("spec").immutable(template.spec(), old.spec());
    template(root, template);
  }

  private static void devices(Check at, DeviceClaim claim) {
    atMost(at.at("requests"), claim.requests().size(), REQUESTS_MAX);
    var names = new HashSet<String>();
    at.at("requests")
        .each(
            claim.requests(),
            (item, request) -> {
              request(item, request, names);
            });
    atMost(at.at("constraints"), claim.constraints().size(), CONSTRAINTS_MAX);
    at.at("constraints")
        .each(claim.constraints(), (item, constraint) -> constraint(item, constraint, names));
    atMost(at.at("config"), claim.config().size(), CONFIGS_MAX);
    at.at("config")
        .each(
            claim.config(),
            (item, config) -> {
              references(item.at("requests"), config.requests(), names);
              opaque(item, config.opaque());
            });
  }

  private static void atMost(Check at, int size, int most) {
    if (size > most) {
      at.tooMany(size, most);
    }
  }

  private static void request(Check at, DeviceRequest request, Set<String> names) {
    label(at.at("name"), request.name());
    if (!names.add(request.name())) {
      at.at("name").duplicate(request.name());
    }
    var exactly = request.exactly();
    var first = request.firstAvailable();
    if (exactly != null && !first.isEmpty()) {
      at.invalid(
          request,
          "exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set");
      return;
    }
    if (exactly == null && first.isEmpty()) {
      at.required("exactly one of `exactly` or `firstAvailable` is required");
      return;
    }
    if (exactly != null) {
      var place = at.at("exactly");
      className(place.at("deviceClassName"), exactly.deviceClassName());
      selectors(place.at("selectors"), exactly.selectors());
      count(place, exactly.allocationMode(), exactly.count());
      tolerations(place.at("tolerations"), exactly.tolerations());
    }
    atMost(at.at("firstAvailable"), first.size(), SUBREQUESTS_MAX);
    at.at("firstAvailable")
        .each(
            first,
            (item, subrequest) -> {
              label(item.at("name"), subrequest.name());
              if (!names.add(request.name() + "/" + subrequest.name())) {
                item.at("name").duplicate(subrequest.name());
              }
              className(item.at("deviceClassName"), subrequest.deviceClassName());
              selectors(item.at("selectors"), subrequest.selectors());
              count(item, subrequest.allocationMode(), subrequest.count());
              tolerations(item.at("tolerations"), subrequest.tolerations());
            });
  }

  private static void label(Check at, String name) {
    if (name.isEmpty()) {
      at.required("");
    } else {
      at.format(name, Formats::dns1123Label);
    }
  }

  private static void className(Check at, String name) {
    if (name.isEmpty()) {
      at.required("");
    } else {
      at.format(name, Formats::dns1123Subdomain);
    }
  }

  private static void count(Check at, String mode, long count) {
    switch (mode) {
      case "All" -> {
        if (count != 0) {
          at.at("count").invalid(count, "must not be specified when allocationMode is 'All'");
        }
      }
      case "ExactCount" -> {
        if (count <= 0) {
          at.at("count").invalid(count, "must be greater than zero");
        }
      }
      default -> at.at("allocationMode").notSupported(mode, "All", "ExactCount");
    }
  }

  private static void selectors(Check at, List<DeviceSelector> selectors) {
    atMost(at, selectors.size(), SELECTORS_MAX);
    at.each(
        selectors,
        (item, selector) -> {
          if (selector.cel() == null) {
            item.at("cel").required("");
          }
        });
  }

  private static void tolerations(Check at, List<DeviceToleration> tolerations) {
    atMost(at, tolerations.size(), TOLERATIONS_MAX);
    at.each(
        tolerations,
        (item, toleration) -> {
          if (!toleration.key().isEmpty()) {
            item.at("key").format(toleration.key(), Formats::labelKey);
          }
          switch (toleration.operator()) {
            case "Exists" -> {
              if (!toleration.value().isEmpty()) {
                item.at("value").invalid(toleration.value(), "must be empty for operator `Exists`");
              }
            }
            case "Equal" -> item.at("value").format(toleration.value(), Formats::labelValue);
            case "" -> item.at("operator").required("");
            default -> item.at("operator").notSupported(toleration.operator(), "Equal", "Exists");
          }
          if (!toleration.effect().isEmpty()) {
            item.at("effect").oneOf(toleration.effect(), "NoExecute", "NoSchedule", "None");
          }
        });
  }

  private static void references(Check at, List<String> references, Set<String> names) {
    atMost(at, references.size(), REQUESTS_MAX);
    var seen = new HashSet<String>();
    at.each(
        references,
        (item, reference) -> {
          if (!seen.add(reference)) {
            item.duplicate(reference);
          }
          if (!names.contains(reference)) {
            item.invalid(
                reference,
                "must be the name of a request in the claim or the name of a request and a"
                    + " subrequest separated by '/'");
          }
        });
  }

  private static void constraint(Check at, DeviceConstraint constraint, Set<String> names) {
    references(at.at("requests"), constraint.requests(), names);
    if (constraint.matchAttribute() == null && constraint.distinctAttribute() == null) {
      at.at("matchAttribute").required("");
    }
  }

  private static void opaque(Check at, @Nullable OpaqueDeviceConfiguration opaque) {
    if (opaque == null) {
      at.at("opaque").required("");
      return;
    }
    driver(at.at("opaque").at("driver"), opaque.driver());
    var parameters = opaque.parameters().raw();
    if (parameters.isEmpty()) {
      at.at("opaque").at("parameters").required("");
    } else if (parameters.size() > OPAQUE_BYTES_MAX) {
      at.at("opaque").at("parameters").tooLong(OPAQUE_BYTES_MAX);
    }
  }

  static void driver(Check at, String name) {
    if (name.isEmpty()) {
      at.required("");
      return;
    }
    if (name.length() > DRIVER_NAME_MAX) {
      at.tooLong(DRIVER_NAME_MAX);
    }
    at.format(name, Formats::dns1123Subdomain);
  }
}
