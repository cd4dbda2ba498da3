package io.kubejar.apiserver.validation;

import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.validation.FieldError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A place in an object that is being checked, and the errors found so far.
///
/// The path is only put together when there is an error, so that good objects cost nothing.
final class Check {
  static final String IMMUTABLE = "field is immutable";
  static final String NOT_POSITIVE = "must be greater than zero";
  static final String NEGATIVE = "must be greater than or equal to 0";

  private final List<FieldError> errors;
  private final @Nullable Check parent;
  private final String step;

  private Check(List<FieldError> errors, @Nullable Check parent, String step) {
    this.errors = errors;
    this.parent = parent;
    this.step = step;
  }

  /// The object as a whole, with no error yet.
  static Check root() {
    return new Check(new ArrayList<>(), null, "");
  }

  /// The whole object that this place is in.
  static Check root(Check place) {
    return new Check(place.errors, null, "");
  }

  List<FieldError> errors() {
    return errors;
  }

  Check at(String field) {
    return new Check(errors, this, field);
  }

  Check at(int index) {
    return new Check(errors, this, "[" + index + "]");
  }

  Check key(String key) {
    return new Check(errors, this, "[" + key + "]");
  }

  /// The path, such as `spec.containers[0].name`.
  String path() {
    var text = new StringBuilder();
    append(text);
    return text.toString();
  }

  private void append(StringBuilder text) {
    if (parent == null) {
      return;
    }
    parent.append(text);
    if (!text.isEmpty() && !step.startsWith("[")) {
      text.append('.');
    }
    text.append(step);
  }

  void required(String detail) {
    errors.add(FieldError.required(path(), detail));
  }

  void invalid(@Nullable Object value, String detail) {
    errors.add(FieldError.invalid(path(), value, detail));
  }

  void forbidden(String detail) {
    errors.add(FieldError.forbidden(path(), detail));
  }

  void notSupported(@Nullable Object value, String... allowed) {
    errors.add(FieldError.notSupported(path(), value, List.of(allowed)));
  }

  void duplicate(@Nullable Object value) {
    errors.add(FieldError.duplicate(path(), value));
  }

  void duplicate(@Nullable Object value, String detail) {
    errors.add(explained(FieldError.duplicate(path(), value), detail));
  }

  void notFound(@Nullable Object value) {
    errors.add(FieldError.notFound(path(), value));
  }

  void notFound(@Nullable Object value, String detail) {
    errors.add(explained(FieldError.notFound(path(), value), detail));
  }

  private static FieldError explained(FieldError error, String detail) {
    return new FieldError(error.type(), error.field(), error.detail() + ": " + detail);
  }

  void tooLong(int mostBytes) {
    errors.add(FieldError.tooLong(path(), mostBytes));
  }

  void tooMany(int actual, int most) {
    errors.add(FieldError.tooMany(path(), actual, most));
  }

  /// One error per message of a format.
  void format(String value, Function<String, List<String>> format) {
    for (var message : format.apply(value)) {
      invalid(value, message);
    }
  }

  void messages(@Nullable Object value, List<String> messages) {
    for (var message : messages) {
      invalid(value, message);
    }
  }

  /// A text that must be there and be one of these.
  void oneOf(String value, String... allowed) {
    if (value.isEmpty()) {
      required("");
    } else if (!List.of(allowed).contains(value)) {
      notSupported(value, allowed);
    }
  }

  /// A text that, if it is there at all, must be one of these; an empty one is not.
  void oneOfIfSet(@Nullable String value, String... allowed) {
    if (value != null && !List.of(allowed).contains(value)) {
      notSupported(value, allowed);
    }
  }

  /// A text that must be one of these if it is there.
  void oneOfOrEmpty(@Nullable String value, String... allowed) {
    if (value != null && !value.isEmpty() && !List.of(allowed).contains(value)) {
      notSupported(value, allowed);
    }
  }

  void nonEmpty(String value) {
    if (value.isEmpty()) {
      required("");
    }
  }

  void nonEmpty(Collection<?> values) {
    if (values.isEmpty()) {
      required("");
    }
  }

  void nonNegative(long value) {
    if (value < 0) {
      invalid(value, NEGATIVE);
    }
  }

  void nonNegative(@Nullable Number value) {
    if (value != null) {
      nonNegative(value.longValue());
    }
  }

  void nonNegative(Quantity value) {
    if (value.signum() < 0) {
      invalid(value.toString(), NEGATIVE);
    }
  }

  void positive(long value) {
    if (value <= 0) {
      invalid(value, NOT_POSITIVE);
    }
  }

  void positive(Quantity value) {
    if (value.signum() <= 0) {
      invalid(value.toString(), NOT_POSITIVE);
    }
  }

  void immutable(@Nullable Object value, @Nullable Object old) {
    if (!Objects.equals(value, old)) {
      invalid(value, IMMUTABLE);
    }
  }

  /// Each entry of a map at its own key.
  <V> void each(Map<String, V> map, EntryCheck<V> check) {
    map.forEach((key, value) -> check.run(key(key), key, value));
  }

  /// Each item of a list at its own index.
  <V> void each(List<V> list, ItemCheck<V> check) {
    for (int i = 0; i < list.size(); i++) {
      check.run(at(i), list.get(i));
    }
  }

  @FunctionalInterface
  interface ItemCheck<V> {
    void run(Check at, V item);
  }

  @FunctionalInterface
  interface EntryCheck<V> {
    void run(Check at, String key, V value);
  }
}
