package io.kubejar.apiserver.authz;

import static io.kubejar.apimachinery.GoText.quoted;

import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apiserver.authn.ServiceAccounts;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.Impersonation.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// The questions about the parts of an identity that somebody wants to take on, in one way.
///
/// @param constrained whether more is checked than in the way that has always been
record ImpersonationChecks(
    Authorizer authorizer, UserInfo asker, String verb, boolean constrained) {
  private static final String GROUP = "authentication.k8s.io";
  private static final String ASSOCIATED_KEYS = "authentication.kubernetes.io/associated-node-keys";

  /// From so many groups or extra values on, it is first asked whether all would be allowed.
  private static final int MANY = 4;

  Outcome of(UserInfo wanted) {
    return user(wanted)
        .or(() -> wanted.uid().isEmpty() ? none() : check(question(GROUP, "uids", wanted.uid())))
        .or(() -> groups(wanted.groups()))
        .or(() -> extra(wanted.extra()))
        .orElseGet(() -> new Outcome.As(completed(wanted), constrained ? verb : ""));
  }

  private Optional<Outcome> user(UserInfo wanted) {
    var users = question(coreOr(), "users", wanted.name());
    var account = ServiceAccounts.namespaceOf(wanted.name());
    if (account.isPresent()) {
      var name = wanted.name().substring(wanted.name().lastIndexOf(':') + 1);
      return check(
          Attributes.resource(asker, verb, account.get(), coreOr(), "serviceaccounts")
              .withName(name));
    }
    var node = constrained ? Impersonation.node(wanted) : Optional.<String>empty();
    if (node.isEmpty()) {
      return check(users);
    }
    // One's own node is asked about without its name: the same for an agent on all nodes.
    var name = verb.endsWith(":associated-node") ? "*" : node.get();
    return check(question(coreOr(), "nodes", name));
  }

  private Optional<Outcome> groups(List<String> groups) {
    var unnamed = question(coreOr(), "groups", "");
    if (constrained && groups.contains("")) {
      return refused(unnamed, "impersonating the empty string group is not allowed");
    }
    if (constrained && groups.contains(UserInfo.MASTERS_GROUP)) {
      return refused(
          unnamed.withName(UserInfo.MASTERS_GROUP),
          "impersonating the system:masters group is not allowed");
    }
    if (constrained && groups.size() >= MANY && check(unnamed.withName("*")).isEmpty()) {
      return none();
    }
    return groups.stream()
        .map(group -> check(unnamed.withName(group)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<Outcome> extra(Map<String, List<String>> extra) {
    if (constrained) {
      var fault = fault(extra);
      if (fault.isPresent()) {
        return refused(question(GROUP, "userextras", ""), fault.get());
      }
      int values = extra.values().stream().mapToInt(List::size).sum();
      boolean many = extra.size() >= MANY || values >= MANY;
      if (many && check(question(GROUP, "userextras/*", "*")).isEmpty()) {
        return none();
      }
    }
    for (var entry : extra.entrySet()) {
      for (var value : entry.getValue()) {
        var refused = check(extraQuestion(entry.getKey(), value));
        if (refused.isPresent()) {
          return refused;
        }
      }
    }
    return none();
  }

  private static Optional<String> fault(Map<String, List<String>> extra) {
    for (var entry : extra.entrySet()) {
      var key = entry.getKey();
      if (key.isEmpty()) {
        return Optional.of("impersonating the empty string key in extra is not allowed");
      }
      if (!isDomainPrefixedPath(key)) {
        return Optional.of(
            "impersonating an invalid key in extra is not allowed: extra.key: Invalid value: "
                + quoted(key)
                + ": must be a domain-prefixed path (such as \"acme.io/foo\")");
      }
      if (!key.equals(key.toLowerCase(Locale.ROOT))) {
        return Optional.of(
            "impersonating a non-lowercase key in extra is not allowed: " + quoted(key));
      }
      if (entry.getValue().contains("")) {
        return Optional.of("impersonating the empty string value in extra is not allowed");
      }
    }
    return Optional.empty();
  }

  private static boolean isDomainPrefixedPath(String key) {
    int slash = key.indexOf('/');
    return slash > 0
        && slash < key.length() - 1
        && Formats.dns1123Subdomain(key.substring(0, slash)).isEmpty()
        && key.substring(slash + 1).matches("[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+");
  }

  /// The identity with the groups that come by themselves.
  private UserInfo completed(UserInfo wanted) {
    var groups = new ArrayList<>(wanted.groups());
    var account = ServiceAccounts.namespaceOf(wanted.name());
    if (account.isPresent() && groups.isEmpty()) {
      groups.addAll(ServiceAccounts.groups(account.get()));
    } else if (constrained && Impersonation.node(wanted).isPresent()) {
      groups.add(UserInfo.NODES_GROUP);
    }
    var standing =
        wanted.isAnonymous() ? UserInfo.UNAUTHENTICATED_GROUP : UserInfo.AUTHENTICATED_GROUP;
    boolean settled = groups.contains(standing) || groups.contains(UserInfo.UNAUTHENTICATED_GROUP);
    if (!settled) {
      groups.add(standing);
    }
    return new UserInfo(wanted.name(), wanted.uid(), groups, wanted.extra());
  }

  /// An agent runs on many nodes: only which values there are counts, not what they are.
  static UserInfo withoutExtraValues(UserInfo user) {
    var keys = List.copyOf(new TreeSet<>(user.extra().keySet()));
    return new UserInfo(user.name(), user.uid(), user.groups(), Map.of(ASSOCIATED_KEYS, keys));
  }

  static String why(Decision decision) {
    var error = decision.failure();
    return error.isEmpty() || decision.reason().isEmpty()
        ? error + decision.reason()
        : error + ": " + decision.reason();
  }

  private String coreOr() {
    return constrained ? GROUP : "";
  }

  private Attributes question(String group, String resource, String name) {
    return Attributes.resource(asker, verb, "", group, resource).withName(name);
  }

  /// A key has a slash in it, which does not begin a further part here.
  private Attributes extraQuestion(String key, String value) {
    return new Attributes(asker, verb, "", GROUP, "v1", "userextras", key, value, true, "");
  }

  private Optional<Outcome> check(Attributes attributes) {
    var decision = authorizer.authorize(attributes);
    return decision.allowed() ? none() : refused(attributes, why(decision));
  }

  private static Optional<Outcome> refused(Attributes attributes, String reason) {
    return Optional.of(new Outcome.Refused(attributes, reason));
  }

  private static Optional<Outcome> none() {
    return Optional.empty();
  }
}
