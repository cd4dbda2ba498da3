package io.kubejar.apimachinery;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Orders the versions of a group, those first that clients should prefer: `v2`, `v1`, `v1beta1`,
/// `v1alpha1`, then all others by their letters.
public final class VersionPriority implements Comparator<String> {
  public static final VersionPriority PREFERRED_FIRST = new VersionPriority();

  private static final Pattern KUBERNETES =
      Pattern.compile("v(\\d{1,9})(?:(alpha|beta)(\\d{1,9}))?");
  private static final Comparator<Matcher> NEWEST_FIRST =
      Comparator.comparingInt(VersionPriority::stability)
          .thenComparingInt(version -> number(version, 1))
          .thenComparingInt(version -> number(version, 3))
          .reversed();

  private VersionPriority() {}

  @Override
  public int compare(String one, String other) {
    if (one.equals(other)) {
      return 0;
    }
    var left = KUBERNETES.matcher(one);
    var right = KUBERNETES.matcher(other);
    boolean leftKnown = left.matches();
    boolean rightKnown = right.matches();
    if (leftKnown && rightKnown) {
      return NEWEST_FIRST.compare(left, right);
    }
    if (leftKnown || rightKnown) {
      return leftKnown ? -1 : 1;
    }
    return one.compareTo(other);
  }

  private static int stability(Matcher version) {
    return switch (version.group(2)) {
      case null -> 2;
      case "beta" -> 1;
      default -> 0;
    };
  }

  private static int number(Matcher version, int group) {
    var digits = version.group(group);
    return digits == null ? 0 : Integer.parseInt(digits);
  }
}
