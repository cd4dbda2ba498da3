package io.kubejar.apiserver.authn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How service accounts appear as users.
public final class ServiceAccounts {
  public static final String USER_PREFIX = "system:serviceaccount:";
  public static final String GROUP = "system:serviceaccounts";

  private ServiceAccounts() {}

  public static String userName(String namespace, String name) {
    return USER_PREFIX + namespace + ":" + name;
  }

  public static List<String> groups(String namespace) {
    return List.of(GROUP, GROUP + ":" + namespace);
  }

  /// The namespace of the service account that has this user name.
  public static Optional<String> namespaceOf(String userName) {
    if (!userName.startsWith(USER_PREFIX)) {
      return Optional.empty();
    }
    var parts = userName.substring(USER_PREFIX.length()).split(":", -1);
    boolean valid = parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty();
    return valid ? Optional.of(parts[0]) : Optional.empty();
  }

  static UserInfo user(ServiceAccountClaims claims) {
    var extra = new LinkedHashMap<String, List<String>>();
    if (!claims.id().isEmpty()) {
      extra.put("authentication.kubernetes.io/credential-id", List.of("JTI=" + claims.id()));
    }
    put(extra, "pod", claims.pod());
    put(extra, "node", claims.node());
    return new UserInfo(
        claims.subject(), claims.serviceAccount().uid(), groups(claims.namespace()), extra);
  }

  static UserInfo user(String namespace, String name, String uid) {
    return new UserInfo(userName(namespace, name), uid, groups(namespace), Map.of());
  }

  private static void put(
      Map<String, List<String>> extra, String kind, @Nullable TokenBinding binding) {
    if (binding != null) {
      extra.put("authentication.kubernetes.io/" + kind + "-name", List.of(binding.name()));
      extra.put("authentication.kubernetes.io/" + kind + "-uid", List.of(binding.uid()));
    }
  }
}
