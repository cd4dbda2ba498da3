package io.kubejar.apiserver.configfile;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// An object in a configuration file. Every field has to be asked for; [#done] complains of others.
public final class ConfigPart {
  private final JsonObject fields;
  private final String path;
  private final Set<String> known = new HashSet<>();

  private ConfigPart(JsonObject fields, String path) {
    this.fields = fields;
    this.path = path;
  }

  /// A whole file of this kind.
  ///
  /// @param apiVersions all that are understood
  public static ConfigPart document(String text, String kind, Set<String> apiVersions) {
    var document = document(text, kind);
    var apiVersion = document.text("apiVersion");
    if (!document.text("kind").equals(kind) || !apiVersions.contains(apiVersion)) {
      throw new ConfigFileException(
          "no kind \""
              + document.text("kind")
              + "\" is registered for version \""
              + apiVersion
              + "\"");
    }
    return document;
  }

  /// A whole file that need not say of what kind it is.
  public static ConfigPart untyped(String text) {
    return document(text, "configuration");
  }

  private static ConfigPart document(String text, String what) {
    try {
      if (Yaml.parse(text) instanceof JsonObject object) {
        return new ConfigPart(object, "");
      }
      throw new ConfigFileException("expected a " + what);
    } catch (JsonFormatException malformed) {
      throw new ConfigFileException(String.valueOf(malformed.getMessage()));
    }
  }

  /// The text of a field; empty if it is absent.
  public String text(String name) {
    var found = textOrNull(name);
    return found == null ? "" : found;
  }

  /// The object in a field as JSON, for a reader of its own; empty if it is absent.
  public String json(String name) {
    return switch (value(name)) {
      case null -> "";
      case JsonObject object -> object.toString();
      default -> throw wrong(name, "an object");
    };
  }

  public @Nullable String textOrNull(String name) {
    return switch (value(name)) {
      case null -> null;
      case JsonString(var text) -> text;
      default -> throw wrong(name, "a text");
    };
  }

  /// @param otherwise if the field is absent
  public boolean flag(String name, boolean otherwise) {
    var found = flagOrNull(name);
    return found == null ? otherwise : found;
  }

  public @Nullable Boolean flagOrNull(String name) {
    return switch (value(name)) {
      case null -> null;
      case JsonBoolean(boolean flag) -> flag;
      default -> throw wrong(name, "true or false");
    };
  }

  public @Nullable Long wholeNumberOrNull(String name) {
    return switch (value(name)) {
      case null -> null;
      case JsonNumber number when number.isLong() -> number.longValue();
      default -> throw wrong(name, "a whole number");
    };
  }

  public List<String> texts(String name) {
    var texts = new ArrayList<String>();
    for (var element : elements(name)) {
      if (!(element instanceof JsonString(var text))) {
        throw wrong(name, "a list of texts");
      }
      texts.add(text);
    }
    return texts;
  }

  public List<ConfigPart> parts(String name) {
    var parts = new ArrayList<ConfigPart>();
    for (var element : elements(name)) {
      if (!(element instanceof JsonObject object)) {
        throw wrong(name, "a list of objects");
      }
      parts.add(new ConfigPart(object, at(name) + "[" + parts.size() + "]"));
    }
    return parts;
  }

  /// The object in a field; one without fields if it is absent.
  public ConfigPart part(String name) {
    var found = partOrNull(name);
    return found == null ? new ConfigPart(JsonObject.EMPTY, at(name)) : found;
  }

  public @Nullable ConfigPart partOrNull(String name) {
    return switch (value(name)) {
      case null -> null;
      case JsonObject object -> new ConfigPart(object, at(name));
      default -> throw wrong(name, "an object");
    };
  }

  /// @throws ConfigFileException if there is a field that nobody asked for
  public void done() {
    for (var name : fields.fields().keySet()) {
      if (!known.contains(name)) {
        throw new ConfigFileException("strict decoding error: unknown field \"" + at(name) + "\"");
      }
    }
  }

  private List<JsonValue> elements(String name) {
    return switch (value(name)) {
      case null -> List.of();
      case JsonArray array -> fields.list(name);
      default -> throw wrong(name, "a list");
    };
  }

  private @Nullable JsonValue value(String name) {
    known.add(name);
    var value = fields.get(name);
    return value instanceof JsonNull ? null : value;
  }

  private String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private ConfigFileException wrong(String name, String wanted) {
    return new ConfigFileException(at(name) + " must be " + wanted);
  }
}
