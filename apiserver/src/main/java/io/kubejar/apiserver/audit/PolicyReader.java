package io.kubejar.apiserver.audit;

import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.audit.Policy.GroupResources;
import io.kubejar.apiserver.audit.Policy.Rule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Reads a policy and collects everything that is wrong with it, in upstream's words.
final class PolicyReader {
  private static final String API_VERSION = "audit.k8s.io/v1";
  private static final List<String> LEVELS = Stream.of(Level.values()).map(Level::text).toList();
  private static final List<String> STAGES = Stream.of(Stage.values()).map(Stage::text).toList();

  private final List<FieldError> errors = new ArrayList<>();

  static Policy parse(String text) {
    if (!(Yaml.parse(text) instanceof JsonObject document)
        || !document.text("kind").equals("Policy")
        || !document.text("apiVersion").equals(API_VERSION)) {
      throw new IllegalArgumentException("expected an object of kind Policy in " + API_VERSION);
    }
    if (document.list("rules").isEmpty()) {
      throw new IllegalArgumentException("loaded illegal policy with 0 rules");
    }
    var reader = new PolicyReader();
    var policy = reader.policy(document);
    if (!reader.errors.isEmpty()) {
      throw new IllegalArgumentException(
          String.join("; ", reader.errors.stream().map(FieldError::text).toList()));
    }
    return policy;
  }

  private Policy policy(JsonObject document) {
    known(
        document,
        "",
        Set.of("apiVersion", "kind", "metadata", "rules", "omitStages", "omitManagedFields"));
    var rules = new ArrayList<Rule>();
    var list = document.list("rules");
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i) instanceof JsonObject rule) {
        rules.add(rule(rule, "rules[" + i + "]"));
      } else {
        errors.add(FieldError.typeInvalid("rules[" + i + "]", list.get(i), "must be an object"));
      }
    }
    return new Policy(
        rules,
        stages(document, "omitStages"),
        JsonBoolean.TRUE.equals(document.get("omitManagedFields")));
  }

  private Rule rule(JsonObject rule, String path) {
    known(
        rule,
        path + ".",
        Set.of(
            "level",
            "users",
            "userGroups",
            "verbs",
            "resources",
            "namespaces",
            "nonResourceURLs",
            "omitStages",
            "omitManagedFields"));
    var urls = texts(rule.list("nonResourceURLs"));
    checkUrls(urls, path + ".nonResourceURLs");
    var resources = resources(rule.list("resources"), path + ".resources");
    var namespaces = texts(rule.list("namespaces"));
    if (!urls.isEmpty() && !(resources.isEmpty() && namespaces.isEmpty())) {
      errors.add(
          FieldError.invalid(
              path + ".nonResourceURLs",
              urls,
              "rules cannot apply to both regular resources and non-resource URLs"));
    }
    return new Rule(
        level(rule.text("level"), path + ".level"),
        texts(rule.list("users")),
        texts(rule.list("userGroups")),
        texts(rule.list("verbs")),
        resources,
        namespaces,
        urls,
        stages(rule, path + ".omitStages"),
        rule.get("omitManagedFields") instanceof JsonBoolean(var omit) ? omit : null);
  }

  private Level level(String text, String path) {
    var level = Level.of(text);
    if (level.isEmpty()) {
      errors.add(
          text.isEmpty()
              ? FieldError.required(path, "")
              : FieldError.notSupported(path, text, LEVELS));
    }
    return level.orElse(Level.NONE);
  }

  private Set<Stage> stages(JsonObject owner, String path) {
    var stages = EnumSet.noneOf(Stage.class);
    var texts = texts(owner.list("omitStages"));
    for (int i = 0; i < texts.size(); i++) {
      var stage = Stage.of(texts.get(i));
      if (stage.isEmpty()) {
        errors.add(
            FieldError.invalid(
                path + "[" + i + "]",
                texts.get(i),
                "allowed stages are " + String.join(",", STAGES)));
      }
      stage.ifPresent(stages::add);
    }
    return stages;
  }

  private void checkUrls(List<String> urls, String path) {
    for (int i = 0; i < urls.size(); i++) {
      var url = urls.get(i);
      var at = path + "[" + i + "]";
      if (!url.equals("*") && !url.startsWith("/")) {
        errors.add(
            FieldError.invalid(at, url, "non-resource URL rules must begin with a '/' character"));
      }
      int star = url.indexOf('*');
      if (star >= 0 && star < url.length() - 1) {
        errors.add(
            FieldError.invalid(
                at, url, "non-resource URL wildcards '*' must be the final character of the rule"));
      }
    }
  }

  private List<GroupResources> resources(List<JsonValue> list, String path) {
    var all = new ArrayList<GroupResources>();
    for (var value : list) {
      if (!(value instanceof JsonObject some)) {
        errors.add(FieldError.typeInvalid(path, value, "must be an object"));
        continue;
      }
      known(some, path + ".", Set.of("group", "resources", "resourceNames"));
      var group = some.text("group");
      var names = texts(some.list("resourceNames"));
      var resources = texts(some.list("resources"));
      var faults = Formats.dns1123Subdomain(group);
      if (!group.isEmpty() && !group.equals("*") && !faults.isEmpty()) {
        errors.add(FieldError.invalid(path + ".group", group, String.join(",", faults)));
      }
      if (!names.isEmpty() && resources.isEmpty()) {
        errors.add(
            FieldError.invalid(
                path + ".resourceNames",
                names,
                "using resourceNames requires at least one resource"));
      }
      all.add(new GroupResources(group, resources, names));
    }
    return all;
  }

  private void known(JsonObject object, String path, Set<String> fields) {
    for (var name : object.fields().keySet()) {
      if (!fields.contains(name)) {
        errors.add(FieldError.invalid(path + name, name, "unknown field \"" + path + name + "\""));
      }
    }
  }

  private static List<String> texts(List<JsonValue> values) {
    return values.stream()
        .map(value -> value instanceof JsonString(var text) ? text : value.toString())
        .toList();
  }
}
