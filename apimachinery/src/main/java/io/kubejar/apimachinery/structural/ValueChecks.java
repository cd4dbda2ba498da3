package io.kubejar.apimachinery.structural;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.format.OpenApiFormats;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Whether values are what a schema allows, with the words and the paths of upstream's validator.
///
/// A schema is compiled once; expressions, formats and branches are ready then. What has not
/// changed since the old value may stay wrong (see [Correlation]), so that tightening a schema does
/// not lock people out of their objects.
public final class ValueChecks {
  private final StructuralSchema schema;
  private final TypeChecks type;
  private final NumberChecks numbers;
  private final @Nullable Predicate<String> format;
  private final String formatName;
  private final @Nullable Pattern pattern;
  private final @Nullable String brokenPattern;
  private final @Nullable ValueChecks items;
  private final Map<String, ValueChecks> properties = new LinkedHashMap<>();
  private final @Nullable ValueChecks additional;
  private final Branches branches;

  private ValueChecks(StructuralSchema schema) {
    this.schema = schema;
    var validation = schema.validation();
    formatName = supportedFormat(schema);
    type = TypeChecks.of(schema, formatName);
    numbers = NumberChecks.of(schema, formatName);
    format = OpenApiFormats.check(formatName).orElse(null);
    Pattern compiled = null;
    String broken = null;
    try {
      compiled = validation.pattern().isEmpty() ? null : Pattern.compile(validation.pattern());
    } catch (PatternSyntaxException wrong) {
      broken =
          validation.pattern() + ", but pattern is invalid: " + StructuralChecks.problem(wrong);
    }
    pattern = compiled;
    brokenPattern = broken;
    items = schema.items() == null ? null : new ValueChecks(schema.items());
    schema.properties().forEach((name, property) -> properties.put(name, compile(property)));
    var rest = schema.additionalSchema();
    additional = rest == null ? null : new ValueChecks(rest);
    branches = Branches.of(validation);
  }

  public static ValueChecks compile(StructuralSchema schema) {
    return new ValueChecks(schema);
  }

  /// Checks a new value.
  ///
  /// @param prefix where the value stands in its object
  public List<FieldError> check(JsonValue value, FieldPath prefix) {
    var found = new Violations();
    check(value, FieldPath.root(), null, found);
    return found.at(prefix);
  }

  /// Checks a changed value. What has not changed is not told.
  public List<FieldError> checkUpdate(JsonValue value, Correlation correlation, FieldPath prefix) {
    var found = new Violations();
    check(value, FieldPath.root(), correlation, found);
    return found.at(prefix);
  }

  /// The checks of a property; null if the schema has none.
  @Nullable ValueChecks property(String name) {
    return properties.get(name);
  }

  /// Formats that the type does not have, or that nobody knows, are ignored.
  private static String supportedFormat(StructuralSchema schema) {
    var format = schema.validation().format();
    var type = schema.extensions().intOrString() ? "" : schema.type();
    return OpenApiFormats.isRecognized(type, format) ? format : "";
  }

  /// @param correlation of the value with its old one; null if there is none, or inside branches,
  ///   whose errors count for the node as a whole
  void check(JsonValue value, FieldPath path, @Nullable Correlation correlation, Violations found) {
    if (correlation == null) {
      checkNode(value, path, null, found);
      return;
    }
    var mine = new Violations();
    checkNode(value, path, correlation, mine);
    if (mine.isEmpty() || !correlation.unchanged()) {
      found.addAll(mine);
    } else {
      found.match(mine.matches());
    }
  }

  private void checkNode(
      JsonValue value, FieldPath path, @Nullable Correlation correlation, Violations found) {
    if (value instanceof JsonNull) {
      type.check(value, path, found);
      enumeration(value, path, found);
      return;
    }
    if (type.applies()) {
      found.match(1);
      type.check(value, path, found);
    }
    branches.check(value, path, found);
    switch (value) {
      case JsonString(var text) -> text(text, path, found);
      case JsonNumber number -> numbers.check(number, path, found);
      case JsonArray array -> items(array, path, correlation, found);
      case JsonObject _, JsonBoolean _, JsonNull _ -> {}
    }
    enumeration(value, path, found);
    if (value instanceof JsonObject object) {
      found.match(1);
      fields(object, path, correlation, found);
    }
    // The branches, the enumeration and the node as a whole.
    found.match(3);
  }

  private void enumeration(JsonValue value, FieldPath path, Violations found) {
    var allowed = schema.validation().enumeration();
    if (allowed.isEmpty() || allowed.stream().anyMatch(one -> isSame(value, one))) {
      return;
    }
    var texts = new ArrayList<String>();
    for (var one : allowed) {
      texts.add(one instanceof JsonString(var text) ? text : GoText.json(one));
    }
    found.notSupported(path, value, texts);
  }

  /// Null is never one of the values, even if it is listed. Numbers are the same if Go converts one
  /// into the other: 1.5 is 1, and 97 is a small letter.
  private static boolean isSame(JsonValue value, JsonValue allowed) {
    if (value instanceof JsonNumber number) {
      return switch (allowed) {
        case JsonNumber one ->
            one.isLong() ? one.longValue() == number.longValue() : one.equals(number);
        case JsonString(var text) -> number.isLong() && text.equals(letter(number.longValue()));
        case JsonObject _, JsonArray _, JsonBoolean _, JsonNull _ -> false;
      };
    }
    return !(value instanceof JsonNull) && value.equals(allowed);
  }

  private static String letter(long codePoint) {
    boolean valid =
        codePoint >= 0
            && codePoint <= Character.MAX_CODE_POINT
            && (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE);
    return valid ? Character.toString((int) codePoint) : "\ufffd";
  }

  private void text(String text, FieldPath path, Violations found) {
    found.match(1);
    var validation = schema.validation();
    Long longest = validation.maxLength();
    Long shortest = validation.minLength();
    if (longest != null && text.codePointCount(0, text.length()) > longest) {
      found.tooLong(path, longest);
    } else if (shortest != null && text.codePointCount(0, text.length()) < shortest) {
      found.invalid(path, text, "should be at least " + shortest + " chars long");
    } else if (brokenPattern != null) {
      found.invalid(path, text, "should match '" + brokenPattern + "'");
    } else if (pattern != null && !pattern.matcher(text).find()) {
      found.invalid(path, text, "should match '" + validation.pattern() + "'");
    }
    if (format != null) {
      found.match(1);
      if (!format.test(text)) {
        found.typeInvalid(path, formatName, text);
      }
    }
  }

  private void items(
      JsonArray array, FieldPath path, @Nullable Correlation correlation, Violations found) {
    found.match(2);
    if (items != null) {
      for (int i = 0; i < array.size(); i++) {
        var old = correlation == null ? null : correlation.item(i);
        items.check(array.get(i), path.index(i), old, found);
      }
    }
    var validation = schema.validation();
    long size = array.size();
    if (validation.minItems() != null && size < validation.minItems()) {
      found.invalid(path, size, "should have at least " + validation.minItems() + " items");
    }
    if (validation.maxItems() != null && size > validation.maxItems()) {
      found.tooMany(path, size, validation.maxItems(), "items");
    }
    if (validation.uniqueItems() && Set.copyOf(array.values()).size() < size) {
      found.invalid(path, "", "shouldn't contain duplicates");
    }
  }

  private void fields(
      JsonObject object, FieldPath path, @Nullable Correlation correlation, Violations found) {
    var validation = schema.validation();
    long size = object.size();
    if (validation.minProperties() != null && size < validation.minProperties()) {
      found.invalid(
          path, size, "should have at least " + validation.minProperties() + " properties");
    }
    if (validation.maxProperties() != null && size > validation.maxProperties()) {
      found.tooMany(path, size, validation.maxProperties(), "properties");
    }
    for (var field : object.fields().entrySet()) {
      field(field.getKey(), field.getValue(), path, correlation, found);
    }
    for (var name : validation.required()) {
      if (!object.has(name)) {
        found.required(path.child(name));
      }
    }
  }

  private void field(
      String name,
      JsonValue value,
      FieldPath path,
      @Nullable Correlation correlation,
      Violations found) {
    var property = properties.get(name);
    var checks = property == null ? additional : property;
    if (checks != null) {
      // Upstream puts a dot before the name of an additional property even where nothing is before.
      boolean dotted = property == null && path instanceof FieldPath.Root;
      var step = dotted ? FieldPath.of("", name) : path.child(name);
      checks.check(value, step, old(name, path, correlation), found);
    } else if (schema.additional() != null && !schema.additional().allowed()) {
      found.forbiddenProperty(path, name);
    }
  }

  /// The versions of both objects are the same whatever was sent, so they forgive nothing.
  private static @Nullable Correlation old(
      String name, FieldPath path, @Nullable Correlation correlation) {
    boolean version = name.equals("kind") || name.equals("apiVersion");
    return correlation == null || (version && path instanceof FieldPath.Root)
        ? null
        : correlation.child(name);
  }
}
