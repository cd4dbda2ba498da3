package io.kubejar.apiserver.aggregation;

import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.api.apiregistration.v1.APIServiceCondition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;

/// The one condition of APIServices: whether somebody answers.
final class Conditions {
  private static final String AVAILABLE = "Available";

  private Conditions() {}

  /// @param reason one word
  static APIServiceCondition of(boolean available, String reason, String message) {
    return APIServiceCondition.EMPTY
        .withType(AVAILABLE)
        .withStatus(available ? "True" : "False")
        .withReason(reason)
        .withMessage(message);
  }

  /// What this server answers itself is always available.
  static APIServiceCondition local() {
    return of(true, "Local", "Local APIServices are always available");
  }

  static boolean isAvailable(APIService service) {
    return find(service).filter(it -> it.status().equals("True")).isPresent();
  }

  private static Optional<APIServiceCondition> find(APIService service) {
    return service.status().conditions().stream()
        .filter(it -> it.type().equals(AVAILABLE))
        .findFirst();
  }

  /// The APIService with this condition; its time is that of the last change of its status.
  static APIService with(APIService service, APIServiceCondition condition, Instant now) {
    var old = find(service);
    boolean same = old.filter(it -> it.status().equals(condition.status())).isPresent();
    var dated = condition.withLastTransitionTime(same ? old.get().lastTransitionTime() : now);
    var all = new ArrayList<>(service.status().conditions());
    all.removeIf(it -> it.type().equals(AVAILABLE));
    all.add(dated);
    return service.withStatus(service.status().withConditions(all));
  }
}
