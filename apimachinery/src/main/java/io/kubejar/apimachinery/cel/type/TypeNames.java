package io.kubejar.apimachinery.cel.type;

import dev.cel.common.types.CelType;
import java.util.stream.Collectors;

/// What messages call a type.
public final class TypeNames {
  private TypeNames() {}

  /// The name in the words of cel-go's `Type.String()`.
  public static String of(CelType type) {
    var name =
        switch (type.kind()) {
          case ANY -> "google.protobuf.Any";
          case NULL_TYPE -> "null_type";
          case TYPE -> "type";
          default -> type.name();
        };
    if (type.parameters().isEmpty() || name.equals("type")) {
      return name;
    }
    return type.parameters().stream()
        .map(TypeNames::of)
        .collect(Collectors.joining(", ", name + "(", ")"));
  }
}
