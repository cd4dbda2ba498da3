package io.kubejar.apimachinery.validation;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.meta.v1.StatusCause;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is wrong with one field, in the words that upstream uses.
///
/// @param field the path, such as `spec.containers[0].name`
/// @param detail the text after the field's path
public record FieldError(Type type, String field, String detail) {

  /// The kinds of error that clients tell apart by their `reason`.
  public enum Type {
    REQUIRED("FieldValueRequired"),
    INVALID("FieldValueInvalid"),
    TYPE_INVALID("FieldValueTypeInvalid"),
    NOT_SUPPORTED("FieldValueNotSupported"),
    FORBIDDEN("FieldValueForbidden"),
    DUPLICATE("FieldValueDuplicate"),
    NOT_FOUND("FieldValueNotFound"),
    TOO_LONG("FieldValueTooLong"),
    TOO_MANY("FieldValueTooMany"),
    INTERNAL("InternalError");

    private final String reason;

    Type(String reason) {
      this.reason = reason;
    }

    public String reason() {
      return reason;
    }
  }

  public static FieldError required(String field, String detail) {
    return new FieldError(Type.REQUIRED, field, appended("Required value", detail));
  }

  public static FieldError invalid(String field, @Nullable Object value, String detail) {
    return new FieldError(Type.INVALID, field, appended("Invalid value: " + shown(value), detail));
  }

  /// The value is of another type than the schema says.
  public static FieldError typeInvalid(String field, @Nullable Object value, String detail) {
    return new FieldError(
        Type.TYPE_INVALID, field, appended("Invalid value: " + shown(value), detail));
  }

  /// An invalid value that is too large, or too private, to be shown.
  public static FieldError invalidUnshown(String field, String detail) {
    return new FieldError(Type.INVALID, field, appended("Invalid value", detail));
  }

  public static FieldError notSupported(
      String field, @Nullable Object value, List<String> allowed) {
    var list = allowed.stream().map(FieldError::shown).collect(Collectors.joining(", "));
    var detail = allowed.isEmpty() ? "" : "supported values: " + list;
    return new FieldError(
        Type.NOT_SUPPORTED, field, appended("Unsupported value: " + shown(value), detail));
  }

  public static FieldError forbidden(String field, String detail) {
    return new FieldError(Type.FORBIDDEN, field, appended("Forbidden", detail));
  }

  public static FieldError duplicate(String field, @Nullable Object value) {
    return new FieldError(Type.DUPLICATE, field, "Duplicate value: " + shown(value));
  }

  public static FieldError notFound(String field, @Nullable Object value) {
    return new FieldError(Type.NOT_FOUND, field, "Not found: " + shown(value));
  }

  /// A duplicate that is too large to be shown.
  public static FieldError duplicateUnshown(String field) {
    return new FieldError(Type.DUPLICATE, field, "Duplicate value");
  }

  /// Something that is not the caller's fault.
  public static FieldError internal(String field, String detail) {
    return new FieldError(Type.INTERNAL, field, appended("Internal error", detail));
  }

  public static FieldError tooLong(String field, long maxBytes) {
    var unit = maxBytes == 1 ? " byte" : " bytes";
    return new FieldError(
        Type.TOO_LONG, field, "Too long: may not be more than " + maxBytes + unit);
  }

  public static FieldError tooMany(String field, long actual, long max) {
    var items = max == 1 ? " item" : " items";
    return new FieldError(
        Type.TOO_MANY, field, "Too many: " + actual + ": must have at most " + max + items);
  }

  /// This error as part of a `Status`.
  public StatusCause cause() {
    return StatusCause.EMPTY.withReason(type.reason()).withMessage(detail).withField(field);
  }

  /// The field with what is wrong with it, as one line.
  public String text() {
    return field + ": " + detail;
  }

  /// Refuses the object with all errors at once, if there are any.
  public static void throwIfAny(List<FieldError> errors, KubernetesObject object) {
    if (!errors.isEmpty()) {
      var apiVersion = object.apiVersion();
      int slash = apiVersion.indexOf('/');
      throw ApiException.invalid(
          slash < 0 ? "" : apiVersion.substring(0, slash),
          object.kind(),
          object.metadata().name(),
          errors.stream().map(FieldError::cause).toList());
    }
  }

  private static String appended(String text, String detail) {
    return detail.isEmpty() ? text : text + ": " + detail;
  }

  /// A value as Go prints it in such messages.
  private static String shown(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case String text -> GoText.quoted(text);
      case JsonString(var text) -> GoText.quoted(text);
      case Double number -> GoText.floating(number);
      case JsonNumber number when !number.isLong() -> GoText.floating(number.doubleValue());
      case Number number -> number.toString();
      case Boolean bool -> bool.toString();
      case JsonValue json -> GoText.json(json);
      default -> JsonPrinter.print(ShownValue.of(value));
    };
  }
}
