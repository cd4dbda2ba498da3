package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the checks of a value found, and how well the value fared.
///
/// @implNote upstream counts passed checks to tell which branch of an `anyOf` was meant, and tells
///   the same message only once
final class Violations {
  /// Nobody reads more, and a client may send a list with a million wrong items.
  static final int MOST = 1000;

  private final Map<String, FieldError> byMessage = new LinkedHashMap<>();
  private int matches;

  boolean isEmpty() {
    return byMessage.isEmpty();
  }

  int matches() {
    return matches;
  }

  /// One more check applied or passed.
  void match(int count) {
    matches += count;
  }

  /// Takes over what was found elsewhere.
  void addAll(Violations others) {
    matches += others.matches;
    others.byMessage.forEach(this::add);
  }

  private void add(String message, FieldError error) {
    if (byMessage.size() < MOST) {
      byMessage.putIfAbsent(message, error);
    }
  }

  /// All of them, for a value that stands at this path.
  List<FieldError> at(FieldPath prefix) {
    var errors = new ArrayList<FieldError>();
    for (var error : byMessage.values()) {
      var field = error.field().startsWith(".") ? error.field().substring(1) : error.field();
      var path = field.isEmpty() ? prefix : prefix.child(field);
      errors.add(new FieldError(error.type(), path.text(), error.detail()));
    }
    return errors;
  }

  static String text(FieldPath path) {
    return path instanceof FieldPath.Root ? "" : path.text();
  }

  /// About the value as a whole, without naming a field except in the words.
  void general(String message) {
    add(message, FieldError.invalid("", "", message));
  }

  void branches(FieldPath path, String message) {
    general(GoText.quoted(text(path)) + " " + message);
  }

  /// @param wrong what is wrong, after the field's name
  void invalid(FieldPath path, @Nullable Object value, String wrong) {
    var message = text(path) + " in body " + wrong;
    add(message, FieldError.invalid(text(path), value, message));
  }

  /// @param actual a type's name, or a text that does not have the format
  void typeInvalid(FieldPath path, String expected, String actual) {
    var message =
        text(path) + " in body must be of type " + expected + ": " + GoText.quoted(actual);
    add(message, FieldError.typeInvalid(text(path), actual, message));
  }

  /// In words of its own.
  void message(FieldPath path, Object value, String message) {
    add(message, FieldError.invalid(text(path), value, message));
  }

  void forbiddenProperty(FieldPath path, String name) {
    var message = text(path) + "." + name + " in body is a forbidden property";
    add(message, FieldError.invalid(text(path), name, message));
  }

  void required(FieldPath path) {
    add(text(path) + " in body is required", FieldError.required(text(path), ""));
  }

  void notSupported(FieldPath path, Object value, List<String> allowed) {
    add(
        text(path) + " in body should be one of " + allowed,
        FieldError.notSupported(text(path), value, allowed));
  }

  void tooLong(FieldPath path, long longest) {
    add(
        text(path) + " in body should be at most " + longest + " chars long",
        FieldError.tooLong(text(path), longest));
  }

  void tooMany(FieldPath path, long actual, long most, String what) {
    add(
        text(path) + " in body should have at most " + most + " " + what,
        FieldError.tooMany(text(path), actual, most));
  }
}
