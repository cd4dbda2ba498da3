package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Whether embedded resources have a sensible apiVersion, kind and metadata.
final class EmbeddedResourceChecks {
  private final MetadataRules rules;
  private final List<FieldError> errors = new ArrayList<>();

  private EmbeddedResourceChecks(MetadataRules rules) {
    this.rules = rules;
  }

  static List<FieldError> check(
      JsonValue value, StructuralSchema schema, FieldPath path, MetadataRules rules) {
    var checks = new EmbeddedResourceChecks(rules);
    checks.value(value, schema, path);
    return checks.errors;
  }

  private void value(JsonValue value, @Nullable StructuralSchema schema, FieldPath path) {
    if (schema == null) {
      return;
    }
    switch (value) {
      case JsonObject object -> {
        if (schema.extensions().embeddedResource()) {
          resource(object, path);
        }
        object
            .fields()
            .forEach(
                (name, field) -> {
                  boolean known = schema.properties().containsKey(name);
                  value(field, schema.child(name), known ? path.child(name) : path.key(name));
                });
      }
      case JsonArray array -> {
        for (int i = 0; i < array.size(); i++) {
          value(array.get(i), schema.items(), path.index(i));
        }
      }
      case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> {}
    }
  }

  private void resource(JsonObject resource, FieldPath path) {
    var version = text(resource, "apiVersion", path);
    if (version.indexOf('/') != version.lastIndexOf('/')) {
      invalid(path.child("apiVersion"), version, "unexpected GroupVersion string: " + version);
    }
    var kind = text(resource, "kind", path);
    if (!kind.isEmpty()) {
      var wrong = Formats.dns1035Label(kind.toLowerCase(Locale.ROOT));
      if (!wrong.isEmpty()) {
        invalid(
            path.child("kind"),
            kind,
            "may have mixed case, but should otherwise match: " + String.join(",", wrong));
      }
    }
    var metadata = resource.get("metadata");
    if (metadata != null) {
      metadata(metadata, path.child("metadata"));
    }
  }

  /// The text of a field that must be there and not be empty; empty if it is not.
  private String text(JsonObject resource, String name, FieldPath path) {
    var value = resource.get(name);
    if (value == null) {
      errors.add(FieldError.required(path.child(name).text(), ""));
    } else if (!(value instanceof JsonString(var text))) {
      invalid(path.child(name), value, "must be a string");
    } else if (text.isEmpty()) {
      invalid(path.child(name), text, "must not be empty");
    } else {
      return text;
    }
    return "";
  }

  private void metadata(JsonValue metadata, FieldPath path) {
    try {
      var read = MetadataFields.read(metadata).metadata();
      // A name is not required here; something has to stand for it.
      var named = read.name().isEmpty() ? read.withName("fakename") : read;
      errors.addAll(rules.check(named, !named.namespace().isEmpty(), path));
    } catch (JsonFormatException wrong) {
      invalid(path, metadata, String.valueOf(wrong.getMessage()));
    }
  }

  private void invalid(FieldPath path, Object value, String detail) {
    errors.add(FieldError.invalid(path.text(), value, detail));
  }
}
