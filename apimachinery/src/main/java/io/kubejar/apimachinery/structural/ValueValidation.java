package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The keywords that restrict values without saying anything about structure. What is null is not
/// restricted.
///
/// @param maxLength in code points; so is `minLength`
/// @param enumeration the allowed values; empty if all are
public record ValueValidation(
    String format,
    @Nullable Double maximum,
    boolean exclusiveMaximum,
    @Nullable Double minimum,
    boolean exclusiveMinimum,
    @Nullable Double multipleOf,
    @Nullable Long maxLength,
    @Nullable Long minLength,
    String pattern,
    @Nullable Long maxItems,
    @Nullable Long minItems,
    boolean uniqueItems,
    @Nullable Long maxProperties,
    @Nullable Long minProperties,
    List<JsonValue> enumeration,
    List<String> required,
    List<StructuralSchema> allOf,
    List<StructuralSchema> anyOf,
    List<StructuralSchema> oneOf,
    @Nullable StructuralSchema not) {

  public static final ValueValidation NONE =
      new ValueValidation(
          "", null, false, null, false, null, null, null, "", null, null, false, null, null,
          List.of(), List.of(), List.of(), List.of(), List.of(), null);

  public ValueValidation {
    enumeration = List.copyOf(enumeration);
    required = List.copyOf(required);
    allOf = List.copyOf(allOf);
    anyOf = List.copyOf(anyOf);
    oneOf = List.copyOf(oneOf);
  }
}
