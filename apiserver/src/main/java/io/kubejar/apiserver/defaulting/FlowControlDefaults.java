package io.kubejar.apiserver.defaulting;

import io.kubejar.api.flowcontrol.v1.FlowSchema;
import io.kubejar.api.flowcontrol.v1.LimitedPriorityLevelConfiguration;
import io.kubejar.api.flowcontrol.v1.PriorityLevelConfiguration;
import io.kubejar.api.flowcontrol.v1.QueuingConfiguration;
import java.util.Objects;

/// Priority and fairness.
final class FlowControlDefaults {
  private static final int PRECEDENCE = 1000;
  private static final int SHARES = 30;
  private static final int QUEUES = 64;
  private static final int HAND_SIZE = 8;
  private static final int QUEUE_LENGTH = 50;

  private FlowControlDefaults() {}

  static FlowSchema flowSchema(FlowSchema schema) {
    var spec = schema.spec();
    return spec.matchingPrecedence() == 0
        ? schema.withSpec(spec.withMatchingPrecedence(PRECEDENCE))
        : schema;
  }

  static PriorityLevelConfiguration priorityLevel(PriorityLevelConfiguration level) {
    var spec = level.spec();
    var limited = spec.limited();
    if (limited != null) {
      spec = spec.withLimited(limited(limited));
    }
    var exempt = spec.exempt();
    if (exempt != null) {
      spec =
          spec.withExempt(
              exempt
                  .withNominalConcurrencyShares(
                      Objects.requireNonNullElse(exempt.nominalConcurrencyShares(), 0))
                  .withLendablePercent(Objects.requireNonNullElse(exempt.lendablePercent(), 0)));
    }
    return level.withSpec(spec);
  }

  private static LimitedPriorityLevelConfiguration limited(
      LimitedPriorityLevelConfiguration limited) {
    var response = limited.limitResponse();
    var queuing = response.queuing();
    return limited
        .withNominalConcurrencyShares(
            Objects.requireNonNullElse(limited.nominalConcurrencyShares(), SHARES))
        .withLendablePercent(Objects.requireNonNullElse(limited.lendablePercent(), 0))
        .withLimitResponse(queuing == null ? response : response.withQueuing(queuing(queuing)));
  }

  private static QueuingConfiguration queuing(QueuingConfiguration given) {
    return new QueuingConfiguration(
        given.queues() == 0 ? QUEUES : given.queues(),
        given.handSize() == 0 ? HAND_SIZE : given.handSize(),
        given.queueLengthLimit() == 0 ? QUEUE_LENGTH : given.queueLengthLimit());
  }
}
