package io.kubejar.apimachinery.cel.cost;

import dev.cel.common.types.CelKind;
import io.kubejar.apimachinery.cel.type.DeclType;
import io.kubejar.apimachinery.cel.type.Scalar;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How large the values of a declared type can be, by the way to them.
record SizeHints(DeclType root) {
  /// Upstream's type of keys says nothing of their size, which its estimates take for none at all;
  /// definitions in the field count on that.
  private static final DeclType KEY = Scalar.STRING.withMaxElements(0);

  /// The size at the end of a path that begins with a variable's name; null if nothing is known.
  @Nullable Range size(List<String> path) {
    if (path.isEmpty()) {
      return null;
    }
    DeclType at = root;
    for (var step : path.subList(1, path.size())) {
      at = next(at, step);
      if (at == null) {
        return null;
      }
    }
    return new Range(0, at.maxElements());
  }

  private static @Nullable DeclType next(DeclType type, String step) {
    boolean isInside = step.equals("@items") || step.equals("@values");
    return switch (type) {
      case DeclType.ListOf(var element, long _) -> isInside ? element : null;
      case DeclType.MapOf(var value, long _) ->
          isInside ? value : step.equals("@keys") ? KEY : ofUnknownKind(value);
      case DeclType.ObjectOf object -> {
        var field = object.fields().get(step);
        yield field == null ? null : field.type();
      }
      case Scalar _ -> null;
    };
  }

  /// All values of some maps are of a kind that only shows at run time, but of a known size; they
  /// are found under whatever name.
  private static @Nullable DeclType ofUnknownKind(DeclType value) {
    return value instanceof Scalar scalar
            && scalar.celType().kind() == CelKind.ANY
            && scalar.maxElements() > 0
        ? value
        : null;
  }
}
