package io.kubejar.apigenerator;

import java.util.Set;

/// How things of the schema are called in Java.
final class JavaNames {
  /// Keywords, and names that a component of a record may not have.
  private static final Set<String> TAKEN =
      Set.of(
          "abstract",
          "assert",
          "boolean",
          "break",
          "byte",
          "case",
          "catch",
          "char",
          "class",
          "const",
          "continue",
          "default",
          "do",
          "double",
          "else",
          "enum",
          "extends",
          "final",
          "finally",
          "float",
          "for",
          "goto",
          "if",
          "implements",
          "import",
          "instanceof",
          "int",
          "interface",
          "long",
          "native",
          "new",
          "package",
          "private",
          "protected",
          "public",
          "return",
          "short",
          "static",
          "strictfp",
          "super",
          "switch",
          "synchronized",
          "this",
          "throw",
          "throws",
          "transient",
          "try",
          "void",
          "volatile",
          "while",
          "true",
          "false",
          "null",
          "_",
          "clone",
          "finalize",
          "getClass",
          "hashCode",
          "notify",
          "notifyAll",
          "toString",
          "wait");

  private JavaNames() {}

  static String javaPackage(String label, String version) {
    return label.equals("meta")
        ? "io.kubejar.apimachinery.meta." + version
        : "io.kubejar.api." + label + "." + version;
  }

  /// The JSON name, without what Java does not allow in names: `default_`, `xKubernetesListType`.
  static String component(String json) {
    var name = new StringBuilder();
    boolean upper = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (!Character.isJavaIdentifierPart(c) || c == '$') {
        upper = !name.isEmpty();
      } else {
        name.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return TAKEN.contains(name.toString()) ? name + "_" : name.toString();
  }

  static String with(String component) {
    return "with" + Character.toUpperCase(component.charAt(0)) + component.substring(1);
  }

  static String literal(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
