package io.kubejar.storage.etcd;

import java.util.regex.Pattern;

/// The version of a member.
record EtcdVersion(int major, int minor, int patch) {
  private static final Pattern FORM = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+).*");

  /// A version in an unknown form counts as a very old one.
  static EtcdVersion parse(String text) {
    var match = FORM.matcher(text);
    return match.matches()
        ? new EtcdVersion(number(match.group(1)), number(match.group(2)), number(match.group(3)))
        : new EtcdVersion(0, 0, 0);
  }

  private static int number(String digits) {
    return digits.length() < 9 ? Integer.parseInt(digits) : 0;
  }

  /// Whether an answer to a request for progress never overtakes events (etcd's issue 15220).
  boolean hasSoundProgress() {
    if (major != 3) {
      return major > 3;
    }
    return switch (minor) {
      case 4 -> patch >= 31;
      case 5 -> patch >= 13;
      default -> minor > 5;
    };
  }
}
