package io.kubejar.apiserver.authz;

import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apiserver.authn.ServiceAccounts;
import io.kubejar.apiserver.authn.UserInfo;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/// Who may act as whom.
///
/// There are several ways to be allowed it. The old one takes the verb `impersonate` on each part
/// of the identity, and then everything may be done as the other. The constrained ones take a verb
/// `impersonate:MODE` on the parts, and besides `impersonate-on:MODE:VERB` on what is to be done.
/// They are tried from the most constrained to the old one; if all fail, the first failure is told.
public final class Impersonation {
  private static final String NODE_NAME = "authentication.kubernetes.io/node-name";

  /// How an attempt ended.
  public sealed interface Outcome {
    /// @param constraint the verb that allowed it; empty for the old way
    record As(UserInfo user, String constraint) implements Outcome {}

    /// @param attributes what the user may not do
    record Refused(Attributes attributes, String reason) implements Outcome {}
  }

  /// A constrained way, with whom it is for.
  private record Mode(String name, BiPredicate<UserInfo, UserInfo> isFor) {}

  private static final List<Mode> CONSTRAINED =
      List.of(
          new Mode("associated-node", Impersonation::isOwnNode),
          new Mode("arbitrary-node", (wanted, _) -> nameOnly(wanted) && node(wanted).isPresent()),
          new Mode("serviceaccount", (wanted, _) -> nameOnly(wanted) && isAccount(wanted.name())),
          new Mode(
              "user-info", (wanted, _) -> node(wanted).isEmpty() && !isAccount(wanted.name())));

  private final Authorizer authorizer;

  public Impersonation(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  /// @param asked what the asking user wants to do as the other
  public Outcome of(UserInfo wanted, Attributes asked) {
    Outcome.Refused first = null;
    for (var mode : CONSTRAINED) {
      if (!mode.isFor().test(wanted, asked.user())) {
        continue;
      }
      switch (constrained(mode, wanted, asked)) {
        case Outcome.As as -> {
          return as;
        }
        case Outcome.Refused refused -> first = first == null ? refused : first;
      }
    }
    var old = new ImpersonationChecks(authorizer, asked.user(), "impersonate", false).of(wanted);
    return first != null && old instanceof Outcome.Refused ? first : old;
  }

  private Outcome constrained(Mode mode, UserInfo wanted, Attributes asked) {
    boolean own = mode.name().equals("associated-node");
    var asker = own ? ImpersonationChecks.withoutExtraValues(asked.user()) : asked.user();
    var on = asked.withUser(asker).withVerb("impersonate-on:" + mode.name() + ":" + asked.verb());
    var decision = authorizer.authorize(on);
    return decision.allowed()
        ? new ImpersonationChecks(authorizer, asker, "impersonate:" + mode.name(), true).of(wanted)
        : new Outcome.Refused(on, ImpersonationChecks.why(decision));
  }

  private static boolean isOwnNode(UserInfo wanted, UserInfo asker) {
    var names = asker.extra().getOrDefault(NODE_NAME, List.of());
    return nameOnly(wanted)
        && isAccount(asker.name())
        && names.size() == 1
        && node(wanted).filter(names.getFirst()::equals).isPresent();
  }

  private static boolean nameOnly(UserInfo user) {
    return user.uid().isEmpty() && user.groups().isEmpty() && user.extra().isEmpty();
  }

  private static boolean isAccount(String name) {
    return ServiceAccounts.namespaceOf(name).isPresent();
  }

  static Optional<String> node(UserInfo user) {
    if (!user.name().startsWith(UserInfo.NODE_PREFIX)) {
      return Optional.empty();
    }
    var name = user.name().substring(UserInfo.NODE_PREFIX.length());
    return Formats.dns1123Subdomain(name).isEmpty() ? Optional.of(name) : Optional.empty();
  }
}
