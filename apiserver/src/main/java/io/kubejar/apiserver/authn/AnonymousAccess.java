package io.kubejar.apiserver.authn;

import java.util.Optional;
import java.util.Set;

/// Whether requests without credentials may come in, as the user `system:anonymous`.
public sealed interface AnonymousAccess {
  /// Nobody.
  record Never() implements AnonymousAccess {}

  /// Everybody, everywhere; what they may do is up to authorization.
  record Always() implements AnonymousAccess {}

  /// Only to certain paths, which are compared as they are.
  record OnlyTo(Set<String> paths) implements AnonymousAccess {
    public OnlyTo {
      paths = Set.copyOf(paths);
    }
  }

  /// The user, if a request to this path may come in.
  default Optional<UserInfo> user(String path) {
    boolean open =
        switch (this) {
          case Never _ -> false;
          case Always _ -> true;
          case OnlyTo(var paths) -> paths.contains(path);
        };
    return open ? Optional.of(UserInfo.anonymous()) : Optional.empty();
  }
}
