package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.ResourceStatus;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// How healthy the devices of a container are reported to be.
final class ResourceHealth {
  private static final int LONGEST_MESSAGE = 1024;
  private static final String CLAIM = "claim:";

  private ResourceHealth() {}

  static void container(Check at, ContainerStatus status, List<Container> containers) {
    var container =
        containers.stream().filter(each -> each.name().equals(status.name())).findFirst();
    at.at("allocatedResourcesStatus")
        .each(status.allocatedResourcesStatus(), (item, each) -> resource(item, each, container));
  }

  private static void resource(Check at, ResourceStatus status, Optional<Container> container) {
    container.ifPresent(it -> name(at.at("name"), status.name(), it));
    var seen = new HashSet<String>();
    at.at("resources")
        .each(
            status.resources(),
            (item, health) -> {
              if (!List.of("Healthy", "Unhealthy", "Unknown").contains(health.health())) {
                item.at("health").notSupported(health.health(), "Healthy", "Unhealthy", "Unknown");
              }
              var message = health.message();
              if (message != null && message.isEmpty()) {
                item.at("message").required("must be non-empty if specified");
              } else if (message != null && MetadataValidation.bytes(message) > LONGEST_MESSAGE) {
                item.at("message").tooLong(LONGEST_MESSAGE);
              }
              if (!seen.add(health.resourceID())) {
                item.at("resourceID").duplicate(health.resourceID());
              }
            });
  }

  private static void name(Check at, String name, Container container) {
    if (!name.startsWith(CLAIM)) {
      if (!container.resources().requests().containsKey(name)) {
        at.invalid(name, "must match one of the container's resource requests");
      }
      return;
    }
    boolean claimed =
        container.resources().claims().stream()
            .anyMatch(
                claim ->
                    name.equals(
                        CLAIM
                            + claim.name()
                            + (claim.request().isEmpty() ? "" : "/" + claim.request())));
    if (!claimed) {
      at.invalid(
          name,
          "must match one of the container's resource claims in a format"
              + " 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty");
    }
  }
}
