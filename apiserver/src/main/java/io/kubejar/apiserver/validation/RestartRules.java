package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.ContainerRestartRule;
import java.util.List;

/// When a single container is restarted, other than its pod says.
final class RestartRules {
  private static final int MOST_RULES = 20;
  private static final int MOST_CODES = 255;

  private RestartRules() {}

  static void container(Check at, Container container) {
    var rules = container.restartPolicyRules();
    var policy = container.restartPolicy();
    if (policy == null) {
      if (rules.isEmpty()) {
        return;
      }
      at.at("restartPolicy").required("must specify restartPolicy when restart rules are used");
    } else if (!List.of("Always", "Never", "OnFailure").contains(policy)) {
      at.at("restartPolicy").notSupported(policy, "Always", "Never", "OnFailure");
    }
    if (rules.size() > MOST_RULES) {
      at.at("restartPolicyRules").tooMany(rules.size(), MOST_RULES);
    }
    at.at("restartPolicyRules").each(rules, RestartRules::rule);
  }

  private static void rule(Check at, ContainerRestartRule rule) {
    if (!rule.action().equals("Restart") && !rule.action().equals("RestartAllContainers")) {
      at.at("action").notSupported(rule.action(), "Restart", "RestartAllContainers");
    }
    var codes = rule.exitCodes();
    if (codes == null) {
      at.at("exitCodes").required("must be specified");
      return;
    }
    if (!codes.operator().equals("In") && !codes.operator().equals("NotIn")) {
      at.at("exitCodes").at("operator").notSupported(codes.operator(), "In", "NotIn");
    }
    if (codes.values().size() > MOST_CODES) {
      at.at("exitCodes").at("values").tooMany(codes.values().size(), MOST_CODES);
    }
  }
}
