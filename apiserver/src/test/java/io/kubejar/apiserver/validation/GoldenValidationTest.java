package io.kubejar.apiserver.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.BuiltInResources;
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
/// that; `status PATCH` reports a status. An update with ` => ` first patches the old object, then
/// the new one. Line breaks are written as `\n`.
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
        if (next.startsWith("create ")
            || next.startsWith("update ")
            || next.startsWith("status ")) {
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
    var patch = golden.line.substring("create ".length());
    var base = (JsonObject) Yaml.parse(golden.base);
    List<FieldError> errors;
    if (golden.line.startsWith("create ")) {
      errors = Validation.create(object(base, patch));
    } else {
      var patches = patch.split(" => ", -1);
      var old = patches.length == 1 ? "{}" : patches[0];
      var now = patches.length == 1 ? patches[0] : patches[1];
      errors =
          golden.line.startsWith("status ")
              ? Validation.updateStatus(object(base, now), object(base, old))
              : Validation.update(object(base, now), object(base, old));
    }

    assertThat(errors.stream().map(FieldError::text).map(it -> it.replace("\n", "\\n")))
        .containsExactlyElementsOf(golden.wrong);
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
