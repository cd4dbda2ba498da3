package io.kubejar.apimachinery.apply;

/// The name under which a writer's fields are kept.
public final class ManagerName {
  static final int LONGEST_BYTES = 128;

  private ManagerName() {}

  /// The name that the request gives, or else the program's name out of the `User-Agent`.
  public static String of(String fieldManager, String userAgent) {
    if (!fieldManager.isEmpty()) {
      return fieldManager;
    }
    int slash = userAgent.indexOf('/');
    var program = slash < 0 ? userAgent : userAgent.substring(0, slash);
    var name = new StringBuilder();
    int bytes = 0;
    for (int c : program.codePoints().toArray()) {
      if (!isPrintable(c)) {
        continue;
      }
      bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      if (bytes > LONGEST_BYTES) {
        break;
      }
      name.appendCodePoint(c);
    }
    return name.toString();
  }

  private static boolean isPrintable(int c) {
    return c == ' '
        || (Character.isDefined(c) && !Character.isISOControl(c) && !Character.isWhitespace(c));
  }
}
