package io.kubejar.apiserver.validation;

import io.kubejar.api.flowcontrol.v1.FlowSchema;
import io.kubejar.api.flowcontrol.v1.FlowSchemaStatus;
import io.kubejar.api.flowcontrol.v1.LimitResponse;
import io.kubejar.api.flowcontrol.v1.LimitedPriorityLevelConfiguration;
import io.kubejar.api.flowcontrol.v1.NonResourcePolicyRule;
import io.kubejar.api.flowcontrol.v1.PolicyRulesWithSubjects;
import io.kubejar.api.flowcontrol.v1.PriorityLevelConfiguration;
import io.kubejar.api.flowcontrol.v1.PriorityLevelConfigurationStatus;
import io.kubejar.api.flowcontrol.v1.QueuingConfiguration;
import io.kubejar.api.flowcontrol.v1.ResourcePolicyRule;
import io.kubejar.api.flowcontrol.v1.ServiceAccountSubject;
import io.kubejar.api.flowcontrol.v1.Subject;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Priority and fairness.
final class FlowControls {
  private static final String[] VERBS = {
    "create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"
  };
  private static final int PRECEDENCE_MAX = 10_000;
  private static final int QUEUES_MAX = 10_000_000;

  /// So many bits of a flow's hash choose its queues.
  private static final int HASH_BITS = 60;

  private static final String ALL = "*";
  private static final String KEEPS_ZERO =
      "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares";

  private FlowControls() {}

  static void flowSchema(Check root, FlowSchema schema) {
    var at = root.at("spec");
    var spec = schema.spec();
    int precedence = spec.matchingPrecedence();
    var place = at.at("matchingPrecedence");
    if (precedence <= 0) {
      place.invalid(precedence, "must be a positive value");
    }
    if (precedence > PRECEDENCE_MAX) {
      place.invalid(precedence, "must not be greater than " + PRECEDENCE_MAX);
    }
    if (precedence == 1 && !schema.metadata().name().equals("exempt")) {
      place.invalid(precedence, "only the schema named 'exempt' may have matchingPrecedence 1");
    }
    var method = spec.distinguisherMethod();
    if (method != null && !Set.of("ByNamespace", "ByUser").contains(method.type())) {
      at.at("distinguisherMethod").at("type").notSupported(method, "ByNamespace", "ByUser");
    }
    var level = spec.priorityLevelConfiguration().name();
    var levelName = at.at("priorityLevelConfiguration").at("name");
    if (level.isEmpty()) {
      levelName.required("must reference a priority level");
    } else {
      levelName.format(level, Formats::dns1123Subdomain);
    }
    at.at("rules").each(spec.rules(), FlowControls::rules);
    status(root, schema.status());
  }

  static void status(Check root, FlowSchemaStatus status) {
    var types = new HashSet<String>();
    root.at("status")
        .at("conditions")
        .each(
            status.conditions(),
            (item, condition) -> condition(item.at("type"), condition.type(), types));
  }

  private static void condition(Check at, String type, Set<String> types) {
    if (!types.add(type)) {
      at.duplicate(type);
    }
    if (type.isEmpty()) {
      at.required("");
    }
  }

  private static void rules(Check at, PolicyRulesWithSubjects rules) {
    if (rules.subjects().isEmpty()) {
      at.at("subjects").required("subjects must contain at least one value");
    }
    at.at("subjects").each(rules.subjects(), FlowControls::subject);
    if (rules.resourceRules().isEmpty() && rules.nonResourceRules().isEmpty()) {
      at.required("at least one of resourceRules and nonResourceRules has to be non-empty");
    }
    at.at("resourceRules").each(rules.resourceRules(), FlowControls::resourceRule);
    at.at("nonResourceRules").each(rules.nonResourceRules(), FlowControls::nonResourceRule);
  }

  private static void subject(Check at, Subject subject) {
    var user = subject.user();
    var group = subject.group();
    var account = subject.serviceAccount();
    switch (subject.kind()) {
      case "ServiceAccount" -> account(at.at("serviceAccount"), account);
      case "User" -> named(at.at("user"), user == null ? null : user.name(), "user", "User");
      case "Group" -> named(at.at("group"), group == null ? null : group.name(), "group", "Group");
      default -> {
        at.at("kind").notSupported(subject.kind(), "Group", "ServiceAccount", "User");
        return;
      }
    }
    only(at, subject, "serviceAccount", "ServiceAccount", account);
    only(at, subject, "user", "User", user);
    only(at, subject, "group", "Group", group);
  }

  private static void only(
      Check at, Subject subject, String field, String kind, @Nullable Object value) {
    if (value != null && !subject.kind().equals(kind)) {
      at.at(field).forbidden(field + " is forbidden when subject kind is not '" + kind + "'");
    }
  }

  private static void named(Check at, @Nullable String name, String field, String kind) {
    if (name == null) {
      at.required(field + " is required when subject kind is '" + kind + "'");
    } else {
      at.at("name").nonEmpty(name);
    }
  }

  private static void account(Check at, @Nullable ServiceAccountSubject account) {
    if (account == null) {
      at.required("serviceAccount is required when subject kind is 'ServiceAccount'");
      return;
    }
    if (account.name().isEmpty()) {
      at.at("name").required("");
    } else if (!account.name().equals(ALL)) {
      at.at("name").format(account.name(), Formats::dns1123Subdomain);
    }
    if (account.namespace().isEmpty()) {
      at.at("namespace").required("must specify namespace for service account");
    } else {
      at.at("namespace").format(account.namespace(), Formats::dns1123Label);
    }
  }

  private static void verbs(Check at, List<String> verbs) {
    if (verbs.isEmpty()) {
      at.required("verbs must contain at least one value");
    } else if (verbs.contains(ALL)) {
      alone(at, verbs, "verbs");
    } else if (!List.of(VERBS).containsAll(verbs)) {
      at.notSupported(verbs, VERBS);
    }
  }

  private static void alone(Check at, List<String> values, String others) {
    if (values.size() > 1 && values.contains(ALL)) {
      at.invalid(values, "if '*' is present, must not specify other " + others);
    }
  }

  private static void resourceRule(Check at, ResourcePolicyRule rule) {
    verbs(at.at("verbs"), rule.verbs());
    if (rule.apiGroups().isEmpty()) {
      at.at("apiGroups").required("resource rules must supply at least one api group");
    }
    alone(at.at("apiGroups"), rule.apiGroups(), "api groups");
    if (rule.resources().isEmpty()) {
      at.at("resources").required("resource rules must supply at least one resource");
    }
    alone(at.at("resources"), rule.resources(), "resources");
    var namespaces = at.at("namespaces");
    if (rule.namespaces().isEmpty() && !rule.clusterScope()) {
      namespaces.required(
          "resource rules that are not cluster scoped must supply at least one namespace");
    } else if (rule.namespaces().contains(ALL)) {
      alone(namespaces, rule.namespaces(), "namespaces");
    } else {
      namespaces.each(
          rule.namespaces(),
          (item, namespace) ->
              Formats.dns1123Label(namespace)
                  .forEach(
                      message ->
                          item.invalid(
                              namespace,
                              "each member of this list must be '*' or a DNS-1123 label; "
                                  + message)));
    }
  }

  private static void nonResourceRule(Check at, NonResourcePolicyRule rule) {
    verbs(at.at("verbs"), rule.verbs());
    var urls = at.at("nonResourceURLs");
    if (rule.nonResourceURLs().isEmpty()) {
      urls.required("nonResourceURLs must contain at least one value");
    } else if (rule.nonResourceURLs().contains(ALL)) {
      alone(urls, rule.nonResourceURLs(), "non-resource URLs");
    } else {
      urls.each(rule.nonResourceURLs(), FlowControls::url);
    }
  }

  private static void url(Check at, String path) {
    long stars = path.chars().filter(c -> c == '*').count();
    if (path.isEmpty()) {
      at.invalid(path, "must not be empty");
    } else if (path.equals("/")) {
      return;
    } else if (!path.startsWith("/")) {
      at.invalid(path, "must start with slash");
    } else if (path.contains(" ")) {
      at.invalid(path, "must not contain white-space");
    } else if (path.contains("//")) {
      at.invalid(path, "must not contain double slash");
    } else if (stars > 1 || (stars == 1 && !path.endsWith("/*"))) {
      at.invalid(path, "wildcard can only do suffix matching");
    }
  }

  static void priorityLevel(Check root, PriorityLevelConfiguration level) {
    if (level.metadata().annotations().containsKey(KEEPS_ZERO)) {
      root.at("metadata")
          .at("annotations")
          .forbidden("annotation '" + KEEPS_ZERO + "' is forbidden");
    }
    var at = root.at("spec");
    var spec = level.spec();
    if (level.metadata().name().equals("exempt") != spec.type().equals("Exempt")) {
      at.at("type").invalid(spec.type(), "must be 'Exempt' if and only if `name` is 'exempt'");
    }
    switch (spec.type()) {
      case "Exempt" -> {
        if (spec.limited() != null) {
          at.at("limited").forbidden("must be nil if the type is not Limited");
        }
        var exempt = spec.exempt();
        if (exempt != null) {
          shares(at.at("exempt"), exempt.nominalConcurrencyShares());
          lendable(at.at("exempt"), exempt.lendablePercent());
        }
      }
      case "Limited" -> {
        if (spec.exempt() != null) {
          at.at("exempt").forbidden("must be nil if the type is Limited");
        }
        if (spec.limited() == null) {
          at.at("limited").required("must not be empty when type is Limited");
        } else {
          limited(at.at("limited"), spec.limited());
        }
      }
      default -> at.at("type").notSupported(spec.type(), "Exempt", "Limited");
    }
    status(root, level.status());
  }

  static void status(Check root, PriorityLevelConfigurationStatus status) {
    var types = new HashSet<String>();
    root.at("status")
        .at("conditions")
        .each(
            status.conditions(),
            (item, condition) -> condition(item.at("type"), condition.type(), types));
  }

  private static void shares(Check at, @Nullable Integer shares) {
    if (shares != null && shares < 0) {
      at.at("nominalConcurrencyShares").invalid(shares, "must be a non-negative integer");
    }
  }

  private static void lendable(Check at, @Nullable Integer percent) {
    if (percent != null && (percent < 0 || percent > 100)) {
      at.at("lendablePercent").invalid(percent, "must be between 0 and 100, inclusive");
    }
  }

  private static void limited(Check at, LimitedPriorityLevelConfiguration limited) {
    shares(at, limited.nominalConcurrencyShares());
    response(at.at("limitResponse"), limited.limitResponse());
    lendable(at, limited.lendablePercent());
    var borrowing = limited.borrowingLimitPercent();
    if (borrowing != null && borrowing < 0) {
      at.at("borrowingLimitPercent")
          .invalid(borrowing, "if specified, must be a non-negative integer");
    }
  }

  private static void response(Check at, LimitResponse response) {
    var queuing = response.queuing();
    switch (response.type()) {
      case "Reject" -> {
        if (queuing != null) {
          at.at("queuing").forbidden("must be nil if limited.limitResponse.type is not Limited");
        }
      }
      case "Queue" -> {
        if (queuing == null) {
          at.at("queuing").required("must not be empty if limited.limitResponse.type is Limited");
        } else {
          queuing(at.at("queuing"), queuing);
        }
      }
      default -> at.at("type").notSupported(response.type(), "Queue", "Reject");
    }
  }

  private static void queuing(Check at, QueuingConfiguration queuing) {
    positive(at.at("queueLengthLimit"), queuing.queueLengthLimit());
    positive(at.at("queues"), queuing.queues());
    if (queuing.queues() > QUEUES_MAX) {
      at.at("queues").invalid(queuing.queues(), "must not be greater than " + QUEUES_MAX);
    }
    if (queuing.handSize() <= 0) {
      at.at("handSize").invalid(queuing.handSize(), "must be positive");
    } else if (queuing.handSize() > queuing.queues()) {
      at.at("handSize")
          .invalid(
              queuing.handSize(), "should not be greater than queues (" + queuing.queues() + ")");
    } else if (entropyBits(queuing.queues(), queuing.handSize()) > HASH_BITS) {
      at.at("handSize")
          .invalid(
              queuing.handSize(),
              "required entropy bits of deckSize "
                  + queuing.queues()
                  + " and handSize "
                  + queuing.handSize()
                  + " should not be greater than "
                  + HASH_BITS);
    }
  }

  private static void positive(Check at, int value) {
    if (value <= 0) {
      at.invalid(value, "must be positive");
    }
  }

  /// How many bits it takes to deal a hand, on the safe side.
  private static int entropyBits(int deck, int hand) {
    return (int) Math.ceil(Math.log(deck) / Math.log(2) * hand);
  }
}
