package io.kubejar.apiserver.validation;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.json.JsonPrinter;
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

  public static FieldError tooLong(String field, int maxBytes) {
    return new FieldError(
        Type.TOO_LONG, field, "Too long: may not be more than " + maxBytes + " bytes");
  }

  public static FieldError tooMany(String field, int actual, int max) {
    var items = max == 1 ? " item" : " items";
    return new FieldError(
        Type.TOO_MANY, field, "Too many: " + actual + ": must have at most " + max + items);
  }

  /// This error as part of a `Status`.
  public StatusCause cause() {
    return StatusCause.EMPTY.withReason(type.reason()).withMessage(detail).withField(field);
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
      case Number number -> number.toString();
      case Boolean bool -> bool.toString();
      default -> JsonPrinter.print(ShownValue.of(value));
    };
  }
}
