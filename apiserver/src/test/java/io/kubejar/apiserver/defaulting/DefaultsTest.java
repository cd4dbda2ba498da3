package io.kubejar.apiserver.defaulting;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.BuiltInResources;
import io.kubejar.api.resource.v1.ResourceSlice;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.patch.MergePatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is filled in, kind by kind, as a golden file tells it.
class DefaultsTest {
  record Golden(JsonObject given, JsonValue added) {
    static Golden of(String text) {
      var parts = text.split("\n===\n", -1);
      return new Golden((JsonObject) Yaml.parse(parts[0]), Yaml.parse(parts[1]));
    }

    @Override
    public String toString() {
      return given.text("kind") + " " + JsonPrinter.print(given.object("spec"));
    }
  }

  static Stream<Golden> goldens() throws IOException {
    try (var in = DefaultsTest.class.getResourceAsStream("/defaulting/golden.yaml")) {
      var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Stream.of(text.split("\n---\n", -1)).map(Golden::of);
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void fillsInWhatIsLeftOut(Golden golden) {
    var kind = GroupVersionKind.parse(golden.given.text("apiVersion"), golden.given.text("kind"));
    var type = BuiltInResources.find(kind).orElseThrow();
    var expected = MergePatch.apply(golden.given, golden.added);

    assertThat(defaulted(type, golden.given)).isEqualTo(normal(type, expected));
  }

  /// Records do not care for the order of fields or for the way a quantity is written.
  private static <T extends KubernetesObject> KubernetesObject normal(
      ResourceType<T> type, JsonValue tree) {
    return type.codec().fromTree(tree);
  }

  private static <T extends KubernetesObject> KubernetesObject defaulted(
      ResourceType<T> type, JsonValue tree) {
    return Defaults.of(type.codec().fromTree(tree));
  }

  @Test
  void taintsOfDevicesBeginNow() {
    var tree = Yaml.parse("{spec: {devices: [{name: d, taints: [{key: k, effect: NoExecute}]}]}}");
    var now = Instant.parse("2026-01-02T03:04:05.678Z");
    var slice = Defaults.<ResourceSlice>at(() -> now).apply(ResourceSlice.CODEC.fromTree(tree));

    assertThat(slice.spec().devices().getFirst().taints().getFirst().timeAdded())
        .isEqualTo(Instant.parse("2026-01-02T03:04:05Z"));
  }
}
