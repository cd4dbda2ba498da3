package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServiceSpec;
import java.util.HashSet;
import java.util.List;

/// The addresses of Services inside the cluster, and their families.
final class ServiceAddresses {
  private static final String HEADLESS = "None";
  private static final String SINGLE = "SingleStack";
  private static final String ONCE_SET = "may not change once set";
  private static final int ADDRESSES_MAX = 2;

  private ServiceAddresses() {}

  /// What the two forms, the families and the policy must look like, each and together.
  static void check(Check at, ServiceSpec spec) {
    if (spec.type().equals("ExternalName")) {
      return; // It must have none of these, which others check.
    }
    var plural = at.at("clusterIPs");
    forms(plural, spec);
    families(at.at("ipFamilies"), spec.ipFamilies());
    at.at("ipFamilyPolicy")
        .oneOfOrEmpty(spec.ipFamilyPolicy(), "PreferDualStack", "RequireDualStack", SINGLE);
    if (!wellFormed(plural, spec.clusterIPs())) {
      return; // What else could be said of them would only confuse.
    }
    var addresses = spec.clusterIPs();
    if (addresses.size() == ADDRESSES_MAX
        && IpAddresses.isIpv6(addresses.getFirst()) == IpAddresses.isIpv6(addresses.getLast())) {
      plural.invalid(addresses, "may specify no more than one IP for each IP family");
    }
    if (!isHeadless(spec)) {
      asTheFamilies(plural, spec);
    }
  }

  private static boolean isHeadless(ServiceSpec spec) {
    return spec.clusterIPs().size() == 1 && spec.clusterIPs().getFirst().equals(HEADLESS);
  }

  private static void forms(Check at, ServiceSpec spec) {
    var addresses = spec.clusterIPs();
    if (spec.clusterIP().isEmpty()) {
      if (!addresses.isEmpty()) {
        at.invalid(addresses, "must be empty when `clusterIP` is not specified");
      }
    } else if (addresses.isEmpty()) {
      at.required("");
    } else if (!addresses.getFirst().equals(spec.clusterIP())) {
      at.invalid(addresses, "first value must match `clusterIP`");
    }
  }

  private static void families(Check at, List<String> families) {
    var seen = new HashSet<String>();
    at.each(
        families,
        (item, family) -> {
          if (!List.of("IPv4", "IPv6").contains(family)) {
            item.notSupported(family, "IPv4", "IPv6");
          }
          if (!seen.add(family)) {
            item.duplicate(family);
          }
        });
  }

  private static boolean wellFormed(Check at, List<String> addresses) {
    boolean well = true;
    for (int i = 0; i < addresses.size(); i++) {
      var address = addresses.get(i);
      if (i == 0 && address.equals(HEADLESS)) {
        if (addresses.size() > 1) {
          at.invalid(addresses, "'None' must be the first and only value");
          well = false;
        }
      } else if (IpAddresses.parse(address).isEmpty()) {
        IpAddresses.address(at.at(i), address);
        well = false;
      }
    }
    if (addresses.size() > ADDRESSES_MAX) {
      at.invalid(addresses, "may only hold up to 2 values");
    }
    return well;
  }

  private static void asTheFamilies(Check at, ServiceSpec spec) {
    int both = Math.min(spec.clusterIPs().size(), spec.ipFamilies().size());
    for (int i = 0; i < both; i++) {
      var address = spec.clusterIPs().get(i);
      var family = IpAddresses.isIpv6(address) ? "IPv6" : "IPv4";
      var expected = spec.ipFamilies().get(i);
      if (!family.equals(expected) && List.of("IPv4", "IPv6").contains(expected)) {
        at.at(i)
            .invalid(
                address,
                "expected an " + expected + " value as indicated by `ipFamilies[" + i + "]`");
      }
    }
  }

  /// The first address and the first family never change; the second ones come and go, and going
  /// must be said by the policy.
  static void change(Check root, Service service, Service old) {
    var now = service.spec();
    var was = old.spec();
    boolean external = now.type().equals("ExternalName") || was.type().equals("ExternalName");
    boolean headless = isHeadless(now);
    if (external || (headless && isHeadless(was))) {
      return;
    }
    var at = root.at("spec");
    addresses(at, now, was);
    if (headless == isHeadless(was)) {
      families(at, now, was);
    }
  }

  private static void addresses(Check at, ServiceSpec now, ServiceSpec was) {
    var plural = at.at("clusterIPs");
    var given = now.clusterIPs();
    var before = was.clusterIPs();
    if (given.size() == before.size()) {
      for (int i = 0; i < before.size(); i++) {
        if (!given.get(i).equals(before.get(i))) {
          plural.at(i).invalid(given, ONCE_SET);
        }
      }
      return;
    }
    if (given.isEmpty()) {
      plural.at(0).invalid(given, "primary clusterIP can not be unset");
    } else if (!before.isEmpty() && !given.getFirst().equals(before.getFirst())) {
      plural.at(0).invalid(given, ONCE_SET);
    }
    if (given.size() < before.size() && given.size() == 1) {
      single(at, now, "must be set to 'SingleStack' when releasing the secondary clusterIP");
    }
  }

  private static void families(Check at, ServiceSpec now, ServiceSpec was) {
    var first = at.at("ipFamilies").at(0);
    var given = now.ipFamilies();
    var before = was.ipFamilies();
    if (given.size() == before.size()) {
      for (int i = 0; i < before.size(); i++) {
        if (!given.get(i).equals(before.get(i))) {
          first.invalid(given, ONCE_SET);
        }
      }
      return;
    }
    boolean released = given.size() < before.size();
    if (released && now.clusterIPs().isEmpty()) {
      first.invalid(given, "primary ipFamily can not be unset");
    }
    if (!given.isEmpty() && !before.isEmpty() && !given.getFirst().equals(before.getFirst())) {
      first.invalid(now.clusterIPs(), ONCE_SET); // Upstream shows the addresses here too.
    }
    if (released && given.size() == 1) {
      single(at, now, "must be set to 'SingleStack' when releasing the secondary ipFamily");
    }
  }

  private static void single(Check at, ServiceSpec now, String why) {
    if (!SINGLE.equals(now.ipFamilyPolicy())) {
      at.at("ipFamilyPolicy").invalid(now.ipFamilyPolicy(), why);
    }
  }
}
