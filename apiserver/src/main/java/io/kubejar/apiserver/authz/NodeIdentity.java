package io.kubejar.apiserver.authz;

import io.kubejar.apiserver.authn.UserInfo;
import java.util.Optional;

/// Which node a user is.
public final class NodeIdentity {
  private NodeIdentity() {}

  /// Whether the user is some node: it is in the nodes' group and has a node's name.
  public static Optional<String> of(UserInfo user) {
    if (!user.name().startsWith(UserInfo.NODE_PREFIX) || !user.inGroup(UserInfo.NODES_GROUP)) {
      return Optional.empty();
    }
    var node = user.name().substring(UserInfo.NODE_PREFIX.length());
    return node.isEmpty() ? Optional.empty() : Optional.of(node);
  }
}
