package io.kubejar.apiserver.bootstrap;

import io.kubejar.api.networking.v1.ServiceCIDR;
import io.kubejar.api.networking.v1.ServiceCIDRSpec;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.Condition;
import io.kubejar.apiserver.local.LocalApi;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ServiceCIDR `kubernetes`, which stands for the ranges the server was started with.
///
/// It is made if it is missing and becomes ready with it, so that Services have addresses before
/// any controller runs. A second family is added to it; any other difference is left to the
/// administrator, as Services may live by it.
final class DefaultServiceCidr {
  static final String NAME = "kubernetes";

  private static final Logger log = LoggerFactory.getLogger(DefaultServiceCidr.class);
  private static final String READY = "Ready";

  private final LocalApi api;
  private final List<String> configured;
  private final InstantSource clock;

  DefaultServiceCidr(LocalApi api, List<String> configured, InstantSource clock) {
    this.api = api;
    this.configured = List.copyOf(configured);
    this.clock = clock;
  }

  void ensure() throws InterruptedException {
    var existing = existing();
    var known = existing.spec().cidrs();
    if (configured.size() == 2 && known.size() == 1 && known.getFirst().equals(first())) {
      existing =
          api.update(
              ServiceCIDR.RESOURCE, existing.withSpec(ServiceCIDRSpec.EMPTY.withCidrs(configured)));
    }
    if (!existing.spec().cidrs().equals(configured)) {
      log.warn(
          "The default ServiceCIDR differs from the options. has={} options={}",
          existing.spec().cidrs(),
          configured);
    } else if (existing.metadata().deletionTimestamp() == null && !tellsReadiness(existing)) {
      api.updateSubresource(ServiceCIDR.RESOURCE, ready(existing), "status");
    }
  }

  private String first() {
    return configured.getFirst();
  }

  private ServiceCIDR existing() throws InterruptedException {
    try {
      return api.create(
          ServiceCIDR.RESOURCE,
          ServiceCIDR.EMPTY
              .withMetadata(Bootstrap.named("", NAME))
              .withSpec(ServiceCIDRSpec.EMPTY.withCidrs(configured)));
    } catch (ApiException refused) {
      if (refused.isAlreadyExists()) {
        return api.get(ServiceCIDR.RESOURCE, ObjectKey.clusterScoped(NAME));
      }
      throw refused;
    }
  }

  /// Whether the condition is there: a refusal of others is not overruled.
  private static boolean tellsReadiness(ServiceCIDR range) {
    return range.status().conditions().stream()
        .anyMatch(it -> it.type().equals(READY) && !it.status().equals("Unknown"));
  }

  private ServiceCIDR ready(ServiceCIDR range) {
    var conditions = new ArrayList<>(range.status().conditions());
    conditions.removeIf(it -> it.type().equals(READY));
    conditions.add(
        Condition.EMPTY
            .withType(READY)
            .withStatus("True")
            .withLastTransitionTime(clock.instant().truncatedTo(ChronoUnit.SECONDS))
            .withMessage("Kubernetes default Service CIDR is ready"));
    return range.withStatus(range.status().withConditions(conditions));
  }
}
