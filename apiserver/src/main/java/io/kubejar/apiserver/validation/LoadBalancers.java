package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.LoadBalancerIngress;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.networking.v1.Ingress;
import io.kubejar.apimachinery.format.Formats;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where load balancers are reported to take traffic.
final class LoadBalancers {
  private LoadBalancers() {}

  static void ofService(Check at, Service service, Service old) {
    var points = service.status().loadBalancer().ingress();
    if (!service.spec().type().equals("LoadBalancer") && !points.isEmpty()) {
      at.forbidden("may only be used when `spec.type` is 'LoadBalancer'");
      return;
    }
    var before =
        old.status().loadBalancer().ingress().stream().map(LoadBalancerIngress::ip).toList();
    at.each(
        points,
        (item, point) -> {
          address(item, point.ip(), before);
          mode(item.at("ipMode"), point.ipMode(), point.ip().isEmpty());
          hostname(item.at("hostname"), point.hostname());
        });
  }

  static void ofIngress(Check at, Ingress ingress, Ingress old) {
    var before = old.status().loadBalancer().ingress().stream().map(point -> point.ip()).toList();
    at.each(
        ingress.status().loadBalancer().ingress(),
        (item, point) -> {
          address(item, point.ip(), before);
          hostname(item.at("hostname"), point.hostname());
        });
  }

  private static void address(Check at, String address, List<String> before) {
    if (!address.isEmpty()) {
      IpAddresses.address(at.at("ip"), address, before);
    }
  }

  private static void mode(Check at, @Nullable String mode, boolean withoutAddress) {
    if (mode == null) {
      if (!withoutAddress) {
        at.required("must be specified when `ip` is set");
      }
    } else if (withoutAddress) {
      at.forbidden("may not be specified when `ip` is not set");
    } else if (!mode.equals("VIP") && !mode.equals("Proxy")) {
      at.notSupported(mode, "Proxy", "VIP");
    }
  }

  private static void hostname(Check at, String name) {
    if (name.isEmpty()) {
      return;
    }
    at.format(name, Formats::dns1123Subdomain);
    if (IpAddresses.parse(name).isPresent()) {
      at.invalid(name, "must be a DNS name, not an IP address");
    }
  }
}
