package io.kubejar.client;

/// Compares resourceVersions, which grow with every write.
final class ResourceVersions {
  private ResourceVersions() {}

  /// Whether the first is surely older. Versions that are no numbers are never older: then the
  /// stream's order decides.
  static boolean isOlder(String version, String than) {
    return isNumber(version) && isNumber(than) && compareNumbers(version, than) < 0;
  }

  private static int compareNumbers(String left, String right) {
    return left.length() != right.length()
        ? Integer.compare(left.length(), right.length())
        : left.compareTo(right);
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
