package io.kubejar.apiserver.authn;

import io.kubejar.api.core.v1.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Tokens by which a new node introduces itself, `abcdef.0123456789abcdef`. Each is a secret of its
/// own in `kube-system`, so that it can be revoked and ends by itself.
public final class BootstrapTokens implements TokenAuthenticator {
  private static final Pattern TOKEN = Pattern.compile("([a-z0-9]{6})\\.([a-z0-9]{16})");
  private static final Pattern EXTRA_GROUP =
      Pattern.compile("system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]");
  private static final String GROUP = "system:bootstrappers";
  private static final String USER_PREFIX = "system:bootstrap:";
  private static final String NAMESPACE = "kube-system";
  private static final String NAME_PREFIX = "bootstrap-token-";
  private static final String TYPE = "bootstrap.kubernetes.io/token";

  private final BoundObjects objects;
  private final InstantSource clock;
  private final List<String> ownAudiences;

  /// @param ownAudiences of the API server, for which alone such tokens are good
  public BootstrapTokens(BoundObjects objects, InstantSource clock, List<String> ownAudiences) {
    this.objects = objects;
    this.clock = clock;
    this.ownAudiences = List.copyOf(ownAudiences);
  }

  @Override
  public Outcome authenticate(String token) {
    return authenticate(token, ownAudiences);
  }

  @Override
  public Outcome authenticate(String token, List<String> audiences) {
    var parts = TOKEN.matcher(token);
    var good = audiences.stream().filter(ownAudiences::contains).toList();
    if (good.isEmpty() || !parts.matches()) {
      return new Outcome.NotMine();
    }
    var id = parts.group(1);
    return objects
        .secret(NAMESPACE, NAME_PREFIX + id)
        .filter(secret -> fits(secret, id, parts.group(2)))
        .<Outcome>map(secret -> known(secret, id, good))
        .orElse(new Outcome.NotMine());
  }

  private boolean fits(Secret secret, String id, String wanted) {
    return secret.metadata().deletionTimestamp() == null
        && secret.type().equals(TYPE)
        && MessageDigest.isEqual(bytes(text(secret, "token-secret")), bytes(wanted))
        && text(secret, "token-id").equals(id)
        && !expired(text(secret, "expiration"))
        && text(secret, "usage-bootstrap-authentication").equals("true");
  }

  private static Outcome known(Secret secret, String id, List<String> audiences) {
    var groups = new TreeSet<String>();
    groups.add(GROUP);
    var extra = text(secret, "auth-extra-groups");
    if (!extra.isEmpty()) {
      for (var group : extra.split(",", -1)) {
        if (!EXTRA_GROUP.matcher(group).matches()) {
          return new Outcome.NotMine(); // Who mistyped a group meant something else.
        }
        groups.add(group);
      }
    }
    var user = new UserInfo(USER_PREFIX + id, "", List.copyOf(groups), Map.of());
    return new Outcome.Known(user, audiences);
  }

  /// What is no time has expired.
  private boolean expired(String expiration) {
    try {
      return !expiration.isEmpty()
          && !OffsetDateTime.parse(expiration).toInstant().isAfter(clock.instant());
    } catch (DateTimeException _) {
      return true;
    }
  }

  private static String text(Secret secret, String key) {
    var value = secret.data().get(key);
    return value == null ? "" : value.utf8();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
