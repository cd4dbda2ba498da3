package io.kubejar.apimachinery.validation;

import java.util.ArrayDeque;

/// The way from an object to one of its fields, such as `spec.ports[0].name`.
///
/// Paths are chains that share their beginnings: walking an object costs one small record per node,
/// and the text is only made for what is wrong.
public sealed interface FieldPath {
  /// The object itself. Upstream's text for it is that of Go's nil.
  static FieldPath root() {
    return Root.ROOT;
  }

  /// A path of one or more names, such as `of("spec", "versions")`.
  static FieldPath of(String... names) {
    FieldPath path = root();
    for (var name : names) {
      path = path.child(name);
    }
    return path;
  }

  default FieldPath child(String name) {
    return new Child(this, name);
  }

  default FieldPath index(int index) {
    return new Index(this, index);
  }

  /// The value of a map: `metadata.labels[app]`.
  default FieldPath key(String key) {
    return new Key(this, key);
  }

  /// As in error messages.
  String text();

  record Root() implements FieldPath {
    private static final Root ROOT = new Root();

    @Override
    public String text() {
      return "<nil>";
    }
  }

  record Child(FieldPath parent, String name) implements FieldPath {
    @Override
    public String text() {
      return joined(this);
    }
  }

  record Index(FieldPath parent, int index) implements FieldPath {
    @Override
    public String text() {
      return joined(this);
    }
  }

  record Key(FieldPath parent, String key) implements FieldPath {
    @Override
    public String text() {
      return joined(this);
    }
  }

  /// Without recursion: schemas nest as deep as JSON may.
  private static String joined(FieldPath end) {
    var steps = new ArrayDeque<String>();
    var path = end;
    while (!(path instanceof Root)) {
      path =
          switch (path) {
            case Root root -> root;
            case Child(var parent, var name) -> {
              steps.push(parent instanceof Root ? name : "." + name);
              yield parent;
            }
            case Index(var parent, var index) -> {
              steps.push("[" + index + "]");
              yield parent;
            }
            case Key(var parent, var key) -> {
              steps.push("[" + key + "]");
              yield parent;
            }
          };
    }
    return String.join("", steps);
  }
}
