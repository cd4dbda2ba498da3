package io.kubejar.apigenerator;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A field of a type.
///
/// @param path the protobuf number, after the numbers of the messages it is nested in: Go embeds
///   structs where JSON is flat
/// @param shape whether it is one value, a list or a map from text
/// @param type the name of a plain type, of a type of the same file, or `group.version.Type`
/// @param pointer whether Go has a pointer, so that absent and zero differ
/// @param always whether JSON has it even if it is zero
/// @param omitZero whether JSON leaves out a zero struct
/// @param facts what only the run-time schema and OpenAPI need, by the names of the schema file
record SchemaField(
    String json,
    List<Integer> path,
    Shape shape,
    String type,
    boolean pointer,
    boolean always,
    boolean omitZero,
    Map<String, Object> facts) {

  enum Shape {
    ONE,
    LIST,
    MAP
  }

  String about() {
    return text("about");
  }

  String text(String fact) {
    return facts.get(fact) instanceof String text ? text : "";
  }

  boolean flag(String fact) {
    return Boolean.TRUE.equals(facts.get(fact));
  }

  @Nullable Object fact(String fact) {
    return facts.get(fact);
  }

  String javaName() {
    return JavaNames.component(json);
  }
}
