package io.kubejar.apiserver.audit;

import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.audit.Policy.GroupResources;
import io.kubejar.apiserver.audit.Policy.Rule;
import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.configfile.ConfigPart;
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
    var document = ConfigPart.document(text, "Policy", Set.of(API_VERSION));
    var reader = new PolicyReader();
    var policy = reader.policy(document);
    document.done();
    if (!reader.errors.isEmpty()) {
      throw new ConfigFileException(
          String.join("; ", reader.errors.stream().map(FieldError::text).toList()));
    }
    if (policy.rules().isEmpty()) {
      throw new ConfigFileException("loaded illegal policy with 0 rules");
    }
    return policy;
  }

  private Policy policy(ConfigPart document) {
    var _ = document.partOrNull("metadata"); // Says nothing to anybody.
    var rules = new ArrayList<Rule>();
    for (var rule : document.parts("rules")) {
      rules.add(rule(rule, "rules[" + rules.size() + "]"));
    }
    return new Policy(
        rules, stages(document, "omitStages"), document.flag("omitManagedFields", false));
  }

  private Rule rule(ConfigPart rule, String path) {
    var urls = rule.texts("nonResourceURLs");
    checkUrls(urls, path + ".nonResourceURLs");
    var resources = resources(rule.parts("resources"), path + ".resources");
    var namespaces = rule.texts("namespaces");
    if (!urls.isEmpty() && !(resources.isEmpty() && namespaces.isEmpty())) {
      errors.add(
          FieldError.invalid(
              path + ".nonResourceURLs",
              urls,
              "rules cannot apply to both regular resources and non-resource URLs"));
    }
    var read =
        new Rule(
            level(rule.text("level"), path + ".level"),
            rule.texts("users"),
            rule.texts("userGroups"),
            rule.texts("verbs"),
            resources,
            namespaces,
            urls,
            stages(rule, path + ".omitStages"),
            rule.flagOrNull("omitManagedFields"));
    rule.done();
    return read;
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

  private Set<Stage> stages(ConfigPart owner, String path) {
    var stages = EnumSet.noneOf(Stage.class);
    var texts = owner.texts("omitStages");
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

  private List<GroupResources> resources(List<ConfigPart> list, String path) {
    var all = new ArrayList<GroupResources>();
    for (var some : list) {
      var group = some.text("group");
      var names = some.texts("resourceNames");
      var resources = some.texts("resources");
      some.done();
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
}
