package io.kubejar.apiserver.authorizers;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.selector.FieldSelector;
import io.kubejar.apimachinery.selector.Requirement;
import io.kubejar.apiserver.authz.Attributes;
import io.kubejar.apiserver.authz.Selectors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Questions to authorizers in the form of a `SubjectAccessReview`.
final class ReviewJson {
  private ReviewJson() {}

  /// The spec of version v1.
  static JsonObject spec(Attributes asked) {
    var fields = new LinkedHashMap<String, JsonValue>();
    if (asked.resourceRequest()) {
      fields.put("resourceAttributes", resource(asked));
    } else {
      var path = new LinkedHashMap<String, JsonValue>();
      text(path, "path", asked.path());
      text(path, "verb", asked.verb());
      fields.put("nonResourceAttributes", new JsonObject(path));
    }
    var user = asked.user();
    text(fields, "user", user.name());
    if (!user.groups().isEmpty()) {
      fields.put("groups", texts(user.groups()));
    }
    if (!user.extra().isEmpty()) {
      var extra = new LinkedHashMap<String, JsonValue>();
      user.extra().forEach((key, values) -> extra.put(key, texts(values)));
      fields.put("extra", new JsonObject(extra));
    }
    text(fields, "uid", user.uid());
    return new JsonObject(fields);
  }

  /// The whole question. In v1beta1 the groups have another name.
  static JsonObject review(JsonObject spec, String version) {
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("kind", new JsonString("SubjectAccessReview"));
    fields.put("apiVersion", new JsonString("authorization.k8s.io/" + version));
    fields.put("metadata", JsonObject.EMPTY);
    var groups = spec.get("groups");
    fields.put(
        "spec",
        version.equals("v1beta1") && groups != null
            ? spec.without("groups").with("group", groups)
            : spec);
    return new JsonObject(fields);
  }

  private static JsonObject resource(Attributes asked) {
    var fields = new LinkedHashMap<String, JsonValue>();
    text(fields, "namespace", asked.namespace());
    text(fields, "verb", asked.verb());
    text(fields, "group", asked.apiGroup());
    text(fields, "version", asked.apiVersion());
    text(fields, "resource", asked.resource());
    text(fields, "subresource", asked.subresource());
    text(fields, "name", asked.name());
    selectors(fields, asked.selectors());
    return new JsonObject(fields);
  }

  private static void selectors(Map<String, JsonValue> fields, Selectors selectors) {
    if (!selectors.fields().isEmpty()) {
      var requirements = selectors.fields().stream().<JsonValue>map(ReviewJson::term).toList();
      fields.put("fieldSelector", JsonObject.of("requirements", new JsonArray(requirements)));
    }
    if (!selectors.labels().isEmpty()) {
      var requirements = selectors.labels().stream().<JsonValue>map(ReviewJson::label).toList();
      fields.put("labelSelector", JsonObject.of("requirements", new JsonArray(requirements)));
    }
  }

  private static JsonObject term(FieldSelector.Term term) {
    return requirement(term.field(), term.equal() ? "In" : "NotIn", List.of(term.value()));
  }

  private static JsonObject label(Requirement requirement) {
    var operator =
        switch (requirement.operator()) {
          case EQUALS, DOUBLE_EQUALS, IN -> "In";
          case NOT_EQUALS, NOT_IN -> "NotIn";
          case EXISTS -> "Exists";
          case DOES_NOT_EXIST -> "DoesNotExist";
          case GREATER_THAN -> "Gt";
          case LESS_THAN -> "Lt";
        };
    return requirement(requirement.key(), operator, requirement.values());
  }

  private static JsonObject requirement(String key, String operator, List<String> values) {
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("key", new JsonString(key));
    fields.put("operator", new JsonString(operator));
    if (!values.isEmpty()) {
      fields.put("values", texts(values));
    }
    return new JsonObject(fields);
  }

  private static void text(Map<String, JsonValue> fields, String name, String value) {
    if (!value.isEmpty()) {
      fields.put(name, new JsonString(value));
    }
  }

  private static JsonArray texts(List<String> texts) {
    return new JsonArray(texts.stream().<JsonValue>map(JsonString::new).toList());
  }
}
