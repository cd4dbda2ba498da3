package io.kubejar.apiserver.validation;

import io.kubejar.api.networking.v1.IPAddress;
import io.kubejar.api.networking.v1.IngressClass;
import io.kubejar.api.networking.v1.IngressClassParametersReference;
import io.kubejar.api.networking.v1.ServiceCIDR;
import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.network.IpText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Classes of ingresses, and the addresses of Services.
final class NetworkKinds {
  private static final int CONTROLLER_MAX = 250;
  private static final int RANGES_MAX = 2;

  private NetworkKinds() {}

  static void ingressClass(Check root, IngressClass given) {
    var at = root.at("spec");
    var controller = given.spec().controller();
    if (controller.length() > CONTROLLER_MAX) {
      at.at("controller").tooLong(CONTROLLER_MAX);
    }
    domainPrefixed(at.at("controller"), controller);
    parameters(at.at("parameters"), given.spec().parameters());
  }

  static void ingressClass(Check root, IngressClass given, IngressClass old) {
    var before = old.spec().controller();
    root.at("spec").at("controller").immutable(given.spec().controller(), before);
    ingressClass(root, given);
  }

  /// A path below a domain, such as `example.com/controller`.
  static void domainPrefixed(Check at, String text) {
    if (text.isEmpty()) {
      at.required("");
      return;
    }
    int slash = text.indexOf('/');
    if (slash < 0 || slash == text.length() - 1 || slash == 0) {
      at.invalid(text, "must be a domain-prefixed path (such as \"acme.io/foo\")");
      return;
    }
    var host = text.substring(0, slash);
    at.messages(host, Formats.dns1123Subdomain(host));
    var path = text.substring(slash + 1);
    if (!path.matches("[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+")) {
      at.invalid(path, Formats.regex("Invalid path", "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"));
    }
  }

  private static void parameters(Check at, @Nullable IngressClassParametersReference parameters) {
    if (parameters == null) {
      return;
    }
    if (parameters.apiGroup() != null) {
      at.at("apiGroup").format(parameters.apiGroup(), Formats::dns1123Subdomain);
    }
    named(at.at("kind"), parameters.kind());
    named(at.at("name"), parameters.name());
    var scope = parameters.scope();
    if (scope == null) {
      at.at("scope").required("");
      return;
    }
    var namespace = parameters.namespace();
    switch (scope) {
      case "Namespace" -> {
        if (namespace == null) {
          at.at("namespace").required("`parameters.scope` is set to 'Namespace'");
        } else {
          at.at("namespace").format(namespace, Formats::dns1123Label);
        }
      }
      case "Cluster" -> {
        if (namespace != null) {
          at.at("namespace").forbidden("`parameters.scope` is set to 'Cluster'");
        }
      }
      default -> at.at("scope").notSupported(scope, "Cluster", "Namespace");
    }
  }

  static void named(Check at, String name) {
    if (name.isEmpty()) {
      at.required("");
    } else {
      at.format(name, Formats::pathSegment);
    }
  }

  static void serviceCidr(Check root, ServiceCIDR given) {
    var at = root.at("spec").at("cidrs");
    List<String> ranges = given.spec().cidrs();
    if (ranges.isEmpty()) {
      at.required("at least one CIDR required");
      return;
    }
    if (ranges.size() > RANGES_MAX) {
      at.invalid(given.spec(), "may only hold up to 2 values");
      return;
    }
    at.each(ranges, IpAddresses::canonicalRange);
    boolean valid = ranges.stream().allMatch(IpAddresses::isRange);
    boolean twice =
        ranges.size() == 2
            && IpAddresses.isIpv6(ranges.getFirst()) == IpAddresses.isIpv6(ranges.getLast());
    if (valid && twice) {
      at.invalid(
          ranges,
          "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and"
              + " 2001:db8::/64");
    }
  }

  /// A second family may be added, once; nothing else changes.
  static void serviceCidr(Check root, ServiceCIDR given, ServiceCIDR old) {
    var now = given.spec().cidrs();
    var was = old.spec().cidrs();
    var at = root.at("spec").at("cidrs");
    if (now.size() == was.size()) {
      for (int i = 0; i < now.size(); i++) {
        at.at(i).immutable(now.get(i), was.get(i));
      }
    } else if (was.size() == 1 && now.size() == RANGES_MAX) {
      at.at(0).immutable(now.getFirst(), was.getFirst());
      serviceCidr(root, given);
    } else {
      at.invalid(now, Check.IMMUTABLE);
    }
  }

  /// What is wrong with the name of an address, which is the address itself.
  static List<String> addressName(String name) {
    var address = IpAddresses.parse(name);
    if (address.isEmpty()) {
      return List.of("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
    }
    var canonical = IpText.canonical(address.get());
    return canonical.equals(name)
        ? List.of()
        : List.of("must be in canonical form (\"" + canonical + "\")");
  }

  static void address(Check root, IPAddress address) {
    var at = root.at("spec").at("parentRef");
    var parent = address.spec().parentRef();
    if (parent == null) {
      at.required("");
      return;
    }
    if (!parent.group().isEmpty()) {
      at.at("group").format(parent.group(), Formats::dns1123Subdomain);
    }
    named(at.at("resource"), parent.resource());
    named(at.at("name"), parent.name());
    if (!parent.namespace().isEmpty()) {
      at.at("namespace").format(parent.namespace(), Formats::pathSegment);
    }
  }

  static void address(Check root, IPAddress address, IPAddress old) {
    address(root, address);
    root.at("spec").at("parentRef").immutable(address.spec().parentRef(), old.spec().parentRef());
  }
}
