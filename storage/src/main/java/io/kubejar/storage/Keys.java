package io.kubejar.storage;

import org.jspecify.annotations.Nullable;

/// Arithmetic on keys.
final class Keys {
  private Keys() {}

  /// The first key behind all keys of a prefix; null if there is none.
  static @Nullable String endOf(String prefix) {
    for (int last = prefix.length() - 1; last >= 0; last--) {
      char c = prefix.charAt(last);
      if (c < Character.MAX_VALUE) {
        return prefix.substring(0, last) + (char) (c + 1);
      }
    }
    return null;
  }
}
