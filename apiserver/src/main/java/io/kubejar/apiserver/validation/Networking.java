package io.kubejar.apiserver.validation;

import io.kubejar.api.networking.v1.HTTPIngressPath;
import io.kubejar.api.networking.v1.Ingress;
import io.kubejar.api.networking.v1.IngressBackend;
import io.kubejar.api.networking.v1.IngressTLS;
import io.kubejar.apimachinery.format.Formats;
import java.util.List;

/// Ingresses.
final class Networking {
  private static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";

  private Networking() {}

  static void ingress(Check root, Ingress ingress) {
    var at = root.at("spec");
    var spec = ingress.spec();
    if (spec.rules().isEmpty() && spec.defaultBackend() == null) {
      at.invalid(spec.rules(), "either `defaultBackend` or `rules` must be specified");
    }
    if (spec.defaultBackend() != null) {
      backend(at.at("defaultBackend"), spec.defaultBackend());
    }
    at.at("rules")
        .each(
            spec.rules(),
            (item, rule) -> {
              host(item.at("host"), rule.host());
              var http = rule.http();
              if (http != null) {
                var paths = item.at("http").at("paths");
                paths.nonEmpty(http.paths());
                paths.each(http.paths(), Networking::path);
              }
            });
    at.at("tls").each(spec.tls(), Networking::tls);
    if (spec.ingressClassName() != null) {
      at.at("ingressClassName").format(spec.ingressClassName(), Formats::dns1123Subdomain);
    }
  }

  private static void tls(Check at, IngressTLS tls) {
    at.at("hosts")
        .each(
            tls.hosts(),
            (item, host) ->
                item.format(
                    host,
                    host.contains("*")
                        ? Formats::wildcardDns1123Subdomain
                        : Formats::dns1123Subdomain));
    if (!tls.secretName().isEmpty()) {
      at.at("secretName").format(tls.secretName(), Formats::dns1123Subdomain);
    }
  }

  /// A new ingress says its class in one way only.
  static void newIngress(Check root, Ingress ingress) {
    ingress(root, ingress);
    var annotation = ingress.metadata().annotations().get(CLASS_ANNOTATION);
    var name = ingress.spec().ingressClassName();
    if (annotation != null && name != null && !annotation.equals(name)) {
      root.at("annotations")
          .at(CLASS_ANNOTATION)
          .invalid(annotation, "must match `ingressClassName` when both are specified");
    }
  }

  private static void host(Check at, String host) {
    if (host.isEmpty()) {
      return;
    }
    if (IpAddresses.parse(host).isPresent()) {
      at.invalid(host, "must be a DNS name, not an IP address");
    }
    at.format(
        host, host.contains("*") ? Formats::wildcardDns1123Subdomain : Formats::dns1123Subdomain);
  }

  private static void path(Check at, HTTPIngressPath path) {
    var type = path.pathType();
    if (type == null) {
      at.at("pathType").required("pathType must be specified");
      return;
    }
    switch (type) {
      case "Exact", "Prefix" -> {
        if (!path.path().startsWith("/")) {
          at.at("path").invalid(path.path(), "must be an absolute path");
        }
        for (var forbidden : List.of("//", "/./", "/../", "%2f", "%2F")) {
          if (path.path().contains(forbidden)) {
            at.at("path").invalid(path.path(), "must not contain '" + forbidden + "'");
          }
        }
        for (var forbidden : List.of("/..", "/.")) {
          if (path.path().endsWith(forbidden)) {
            at.at("path").invalid(path.path(), "cannot end with '" + forbidden + "'");
          }
        }
      }
      case "ImplementationSpecific" -> {
        if (!path.path().isEmpty() && !path.path().startsWith("/")) {
          at.at("path").invalid(path.path(), "must be an absolute path");
        }
      }
      default -> at.at("pathType").notSupported(type, "Exact", "ImplementationSpecific", "Prefix");
    }
    backend(at.at("backend"), path.backend());
  }

  private static void backend(Check at, IngressBackend backend) {
    var service = backend.service();
    var resource = backend.resource();
    if (service != null && resource != null) {
      at.invalid("", "cannot set both resource and service backends");
    } else if (resource != null) {
      if (resource.apiGroup() != null) {
        at.at("resource").at("apiGroup").format(resource.apiGroup(), Formats::dns1123Subdomain);
      }
      NetworkKinds.named(at.at("resource").at("kind"), resource.kind());
      NetworkKinds.named(at.at("resource").at("name"), resource.name());
    } else if (service == null) {
      at.invalid("", "resource or service backend is required");
    } else {
      if (service.name().isEmpty()) {
        at.at("service").at("name").required("");
      } else {
        at.at("service").at("name").format(service.name(), Formats::dns1123Label);
      }
      var port = service.port();
      if (!port.name().isEmpty() && port.number() != 0) {
        at.invalid("", "cannot set both port name & port number");
      } else if (!port.name().isEmpty()) {
        at.at("service").at("port").at("name").format(port.name(), Formats::portName);
      } else if (port.number() != 0) {
        at.at("service")
            .at("port")
            .at("number")
            .messages(port.number(), Formats.portNumber(port.number()));
      } else {
        at.required("port name or number is required");
      }
    }
  }
}
