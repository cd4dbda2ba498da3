package io.kubejar.apiserver.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.BuiltInResources;
import io.kubejar.api.core.v1.Event;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.patch.MergePatch;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.defaulting.Defaults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What upstream says about objects that are not right, kind by kind, as golden files tell it.
///
/// A file has sections that begin with a good object; each line `create PATCH` or `update PATCH`
/// makes a variant of it by a merge patch, and the indented lines below are what is wrong with
/// that; `status PATCH` reports a status, `resize PATCH` resizes a pod and `attach PATCH` gives it
/// other ephemeral containers; `report PATCH` is an event that comes through `events.k8s.io`, and
/// `follow PATCH` its change. An update with ` => ` first patches the old object, then the new one.
/// Line breaks are written as `\n`.
class GoldenValidationTest {
  private static final List<String> FILES =
      List.of(
          "pods",
          "services",
          "workloads",
          "jobs",
          "storage",
          "network",
          "extension",
          "cluster",
          "admission",
          "autoscaling",
          "devices");

  private static final List<String> VERBS =
      List.of("create", "update", "status", "resize", "attach", "report", "follow");

  record Case(String base, String line, List<String> wrong) {
    @Override
    public String toString() {
      return base.lines().filter(it -> it.startsWith("kind: ")).findFirst().orElse("") + " " + line;
    }
  }

  static Stream<Case> cases() {
    return FILES.stream().flatMap(file -> cases(text(file)).stream());
  }

  private static String text(String file) {
    try (var in = GoldenValidationTest.class.getResourceAsStream("/validation/" + file + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }

  private static List<Case> cases(String text) {
    var cases = new ArrayList<Case>();
    for (var section : text.split("\n---\n", -1)) {
      var base = new StringBuilder();
      String line = "";
      var wrong = new ArrayList<String>();
      for (var next : section.lines().toList()) {
        if (VERBS.stream().anyMatch(verb -> next.startsWith(verb + " "))) {
          add(cases, base, line, wrong);
          line = next;
          wrong = new ArrayList<>();
        } else if (line.isEmpty()) {
          base.append(next).append('\n');
        } else {
          wrong.add(next.strip());
        }
      }
      add(cases, base, line, wrong);
    }
    return cases;
  }

  private static void add(List<Case> cases, StringBuilder base, String line, List<String> wrong) {
    if (!line.isEmpty()) {
      cases.add(new Case(base.toString(), line, wrong));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void saysWhatIsWrong(Case golden) {
    var verb = golden.line.substring(0, golden.line.indexOf(' '));
    var patches = golden.line.substring(verb.length() + 1).split(" => ", -1);
    var base = (JsonObject) Yaml.parse(golden.base);
    var old = object(base, patches.length == 1 ? "{}" : patches[0]);
    var now = object(base, patches[patches.length - 1]);

    var errors = errors(verb, now, old);

    assertThat(errors.stream().map(FieldError::text).map(it -> it.replace("\n", "\\n")))
        .containsExactlyElementsOf(golden.wrong);
  }

  private static List<FieldError> errors(String verb, KubernetesObject now, KubernetesObject old) {
    return switch (verb) {
      case "create" -> Validation.create(now);
      case "status" -> Validation.updateStatus(now, old);
      case "resize" -> Validation.resize((Pod) now, (Pod) old, true);
      case "report" -> Validation.createEvent((Event) now, true);
      case "follow" -> Validation.updateEvent((Event) now, (Event) old, true);
      case "attach" -> Validation.ephemeralContainers((Pod) now, (Pod) old);
      default -> Validation.update(now, old);
    };
  }

  private static KubernetesObject object(JsonObject base, String patch) {
    var tree = MergePatch.apply(base, Yaml.parse(patch));
    var kind = GroupVersionKind.parse(base.text("apiVersion"), base.text("kind"));
    return Defaults.of(read(BuiltInResources.find(kind).orElseThrow(), tree));
  }

  private static <T extends KubernetesObject> T read(ResourceType<T> type, JsonValue tree) {
    return type.codec().fromTree(tree);
  }
}
