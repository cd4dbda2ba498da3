package io.kubejar.apiserver.authn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Who makes a request.
public record UserInfo(
    String name, String uid, List<String> groups, Map<String, List<String>> extra) {
  public static final String ANONYMOUS = "system:anonymous";
  public static final String AUTHENTICATED_GROUP = "system:authenticated";
  public static final String UNAUTHENTICATED_GROUP = "system:unauthenticated";
  public static final String MASTERS_GROUP = "system:masters";
  public static final String NODES_GROUP = "system:nodes";
  public static final String NODE_PREFIX = "system:node:";

  private static final UserInfo NOBODY =
      new UserInfo(ANONYMOUS, "", List.of(UNAUTHENTICATED_GROUP), Map.of());

  public UserInfo {
    groups = List.copyOf(groups);
    extra = extra.isEmpty() ? Map.of() : copy(extra);
  }

  /// Keeps the order, which is seen in reviews.
  private static Map<String, List<String>> copy(Map<String, List<String>> extra) {
    var copy = new LinkedHashMap<String, List<String>>();
    extra.forEach((key, values) -> copy.put(key, List.copyOf(values)));
    return Collections.unmodifiableMap(copy);
  }

  public static UserInfo of(String name, String... groups) {
    return new UserInfo(name, "", List.of(groups), Map.of());
  }

  /// Somebody who did not say who they are.
  public static UserInfo anonymous() {
    return NOBODY;
  }

  public boolean isAnonymous() {
    return name.equals(ANONYMOUS);
  }

  public boolean inGroup(String group) {
    return groups.contains(group);
  }

  UserInfo withGroup(String group) {
    if (inGroup(group)) {
      return this;
    }
    var more = new ArrayList<>(groups);
    more.add(group);
    return new UserInfo(name, uid, more, extra);
  }
}
