package io.kubejar.apigenerator;

import java.util.List;

/// Writes the table that finds the codec of any kind, served or not.
final class KindTableWriter {

  private KindTableWriter() {}

  static String write(List<SchemaFile> files) {
    var out = new StringBuilder();
    for (var file : files) {
      for (var type : file.types().values()) {
        if (type.kind()) {
          out.append(
              "          case \"%s/%s\" -> %s.%s.CODEC;%n"
                  .formatted(file.apiVersion(), type.name(), file.javaPackage(), type.name()));
        }
      }
    }
    return """
    package io.kubejar.api;

    import io.kubejar.apimachinery.Codec;
    import io.kubejar.apimachinery.GroupVersionKind;
    import java.util.Optional;
    import org.jspecify.annotations.Nullable;

    /// The codecs of all kinds of the schema, also of those that are only sent and never stored, such as `Scale`. A type is
    /// loaded when it is first asked for.
    public final class BuiltInKinds {
      private BuiltInKinds() {}

      public static Optional<Codec<?>> codec(GroupVersionKind kind) {
        return Optional.ofNullable(byName(kind.apiVersion() + "/" + kind.kind()));
      }

      private static @Nullable Codec<?> byName(String name) {
        return switch (name) {
    %s          default -> null;
        };
      }
    }
    """
        .formatted(out);
  }
}
