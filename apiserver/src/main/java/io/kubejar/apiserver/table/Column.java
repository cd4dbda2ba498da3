package io.kubejar.apiserver.table;

/// One column of a table.
///
/// @param type of the cells in OpenAPI's words
/// @param priority 0 is always shown, others only when there is room (`-o wide`)
public record Column(String name, String type, String format, String description, int priority) {
  public static final Column NAME =
      new Column(
          "Name", "string", "name", "the object's name, unique among its kind and namespace", 0);
  static final Column AGE = text("Age", "time since the object was created");

  static Column text(String name, String description) {
    return new Column(name, "string", "", description, 0);
  }

  static Column number(String name, String description) {
    return new Column(name, "integer", "", description, 0);
  }

  /// A number in a column that upstream calls a text.
  static Column count(String name, String description) {
    return text(name, description);
  }

  static Column flag(String name, String description) {
    return new Column(name, "boolean", "", description, 0);
  }

  /// A text that is shown only when there is room.
  static Column wide(String name, String description) {
    return new Column(name, "string", "", description, 1);
  }
}
