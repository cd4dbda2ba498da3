package io.kubejar.apiserver.validation;

import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.api.apiregistration.v1.APIServiceStatus;
import io.kubejar.apimachinery.format.Formats;
import java.util.List;
import java.util.Objects;

/// Other API servers.
final class ApiServices {
  private static final int GROUP_PRIORITY_MAX = 20_000;
  private static final int VERSION_PRIORITY_MAX = 1_000;

  private ApiServices() {}

  static void service(Check root, APIService given) {
    var at = root.at("spec");
    var spec = given.spec();
    name(root.at("metadata").at("name"), given);
    if (spec.group().isEmpty() && !spec.version().equals("v1")) {
      at.at("group").required("only v1 may have an empty group and it better be legacy kube");
    }
    if (!spec.group().isEmpty()) {
      at.at("group").format(spec.group(), Formats::dns1123Subdomain);
    }
    at.at("version").format(spec.version(), Formats::dns1035Label);
    if (spec.groupPriorityMinimum() <= 0 || spec.groupPriorityMinimum() > GROUP_PRIORITY_MAX) {
      at.at("groupPriorityMinimum")
          .invalid(spec.groupPriorityMinimum(), "must be positive and less than 20000");
    }
    if (spec.versionPriority() <= 0 || spec.versionPriority() > VERSION_PRIORITY_MAX) {
      at.at("versionPriority")
          .invalid(spec.versionPriority(), "must be positive and less than 1000");
    }
    if (spec.service() == null) {
      local(at, given);
    } else {
      remote(at, given);
    }
  }

  static void status(Check at, APIServiceStatus status) {
    at.at("conditions")
        .each(
            status.conditions(),
            (item, condition) -> {
              if (!List.of("True", "False", "Unknown").contains(condition.status())) {
                item.at("status").notSupported(condition.status(), "True", "False", "Unknown");
              }
            });
  }

  private static void name(Check at, APIService given) {
    var name = given.metadata().name();
    var wanted = given.spec().version() + "." + given.spec().group();
    List<String> minimal = Formats.pathSegment(name);
    at.messages(name, minimal);
    if (minimal.isEmpty() && !name.equals(wanted)) {
      at.invalid(name, "must be `spec.version+\".\"+spec.group`: \"" + wanted + "\"");
    }
  }

  private static void local(Check at, APIService given) {
    var spec = given.spec();
    if (!spec.caBundle().isEmpty()) {
      at.at("caBundle")
          .invalid(spec.caBundle().size() + " bytes", "local APIServices may not have a caBundle");
    }
    if (spec.insecureSkipTLSVerify()) {
      at.at("insecureSkipTLSVerify")
          .invalid(true, "local APIServices may not have insecureSkipTLSVerify");
    }
  }

  private static void remote(Check at, APIService given) {
    var spec = given.spec();
    var service = Objects.requireNonNull(spec.service());
    at.at("service").at("namespace").nonEmpty(service.namespace());
    at.at("service").at("name").nonEmpty(service.name());
    int port = Objects.requireNonNullElse(service.port(), 0);
    var wrong = Formats.portNumber(port);
    if (!wrong.isEmpty()) {
      at.at("service").at("port").invalid(port, "port is not valid: " + String.join(", ", wrong));
    }
    if (spec.insecureSkipTLSVerify() && !spec.caBundle().isEmpty()) {
      at.at("insecureSkipTLSVerify").invalid(true, "may not be true if caBundle is present");
    }
  }
}
