package io.kubejar.apigenerator;

import io.kubejar.apigenerator.SchemaField.Shape;

/// A type of a field as Java sees it.
///
/// @param scalar whether protobuf has it without a message around it
/// @param boxed the type within lists and maps
/// @param plain the type of a field that is no pointer
/// @param zero what an absent field that is no pointer has
/// @param codec what reads and writes it within lists, maps and messages
record JavaType(boolean scalar, String boxed, String plain, String zero, String codec) {
  private static final String CODECS = "io.kubejar.apimachinery.Codecs.";

  static JavaType of(SchemaField field) {
    return switch (field.type()) {
      case "string" -> new JavaType(true, "String", "String", "\"\"", CODECS + "STRING");
      case "bool" -> new JavaType(true, "Boolean", "boolean", "false", CODECS + "BOOL");
      case "int32" -> new JavaType(true, "Integer", "int", "0", CODECS + "INT32");
      case "int64" -> new JavaType(true, "Long", "long", "0", CODECS + "INT64");
      case "double" -> new JavaType(true, "Double", "double", "0", CODECS + "DOUBLE");
      case "bytes" -> builtIn("Bytes", "EMPTY", "BYTES", true);
      case "quantity" -> builtIn("Quantity", "ZERO", "QUANTITY", false);
      case "intOrString" -> builtIn("IntOrString", "zero()", "INT_OR_STRING", false);
      case "time" -> new JavaType(false, "Instant", "Instant", "null", CODECS + "TIME");
      case "microTime" -> new JavaType(false, "Instant", "Instant", "null", CODECS + "MICRO_TIME");
      case "wrappedStrings" ->
          new JavaType(false, "List<String>", "List<String>", "List.of()", CODECS + "STRINGS");
      case "raw" -> generated("io.kubejar.apimachinery.RawExtension");
      default -> generated(qualified(field.type()));
    };
  }

  private static JavaType builtIn(String name, String zero, String codec, boolean scalar) {
    var type = "io.kubejar.apimachinery." + name;
    return new JavaType(scalar, type, type, type + "." + zero, CODECS + codec);
  }

  private static JavaType generated(String type) {
    return new JavaType(false, type, type, type + ".EMPTY", type + ".CODEC");
  }

  private static String qualified(String type) {
    var parts = type.split("\\.", -1);
    return parts.length == 1 ? type : JavaNames.javaPackage(parts[0], parts[1]) + "." + parts[2];
  }

  boolean isTime() {
    return plain.equals("Instant");
  }

  /// Whether the component of a record may be null.
  boolean nullable(SchemaField field) {
    return field.shape() == Shape.ONE && (field.pointer() || isTime());
  }

  String component(SchemaField field) {
    return switch (field.shape()) {
      case LIST -> "List<" + boxed + ">";
      case MAP -> "Map<String, " + boxed + ">";
      case ONE -> nullable(field) ? annotated(boxed) : plain;
    };
  }

  String zeroOf(SchemaField field) {
    return switch (field.shape()) {
      case LIST -> "List.of()";
      case MAP -> "FrozenMap.empty()";
      case ONE -> nullable(field) ? "null" : zero;
    };
  }

  private static String annotated(String type) {
    int dot = type.lastIndexOf('.');
    return type.substring(0, dot + 1) + "@Nullable " + type.substring(dot + 1);
  }
}
