package io.kubejar.apimachinery.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.schema.TestTypes;
import io.kubejar.apimachinery.schema.TypeSchema.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrategicMergePatchTest {
  private static JsonObject patched(Struct type, String document, String patch) {
    return StrategicMergePatch.apply((JsonObject) Yaml.parse(document), Yaml.parse(patch), type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // By merge key, the patch's items first in its order, the others where they were.
        "{containers: [{name: a, image: a1}, {name: b, image: b1}]}"
            + "|{containers: [{name: b, image: b2}]}"
            + "|{containers: [{name: a, image: a1}, {name: b, image: b2}]}",
        "{containers: [{name: a}]}|{containers: [{name: b}]}|{containers: [{name: b}, {name: a}]}",
        // A nested list of a merged item.
        "{containers: [{name: a, env: [{name: X, value: 1}, {name: Z, value: 1}]}]}"
            + "|{containers: [{name: a, env: [{name: X, value: 2}]}]}"
            + "|{containers: [{name: a, env: [{name: X, value: 2}, {name: Z, value: 1}]}]}",
        // Atomic lists are replaced.
        "{containers: [{name: a, command: [x, z]}]}|{containers: [{name: a, command: [w]}]}"
            + "|{containers: [{name: a, command: [w]}]}",
        // Null removes.
        "{containers: [{name: a, image: i}], nodeSelector: {k: v}}|{nodeSelector: null}"
            + "|{containers: [{name: a, image: i}]}",
        "{containers: [{name: a, image: i}]}|{containers: [{name: a, image: null}]}"
            + "|{containers: [{name: a}]}",
        "{nodeSelector: {k: v, l: w}}|{nodeSelector: {k: null}}|{nodeSelector: {l: w}}",
        "{}|{nodeSelector: {k: null, l: w}}|{nodeSelector: {l: w}}",
        // Directives on items.
        "{containers: [{name: a}, {name: b}]}|{containers: [{$patch: delete, name: a}]}"
            + "|{containers: [{name: b}]}",
        "{containers: [{name: a}, {name: b}]}|{containers: [{$patch: replace}, {name: c}]}"
            + "|{containers: [{name: c}]}",
        // Directives on objects.
        "{nodeSelector: {k: v}}|{nodeSelector: {$patch: replace, l: w}}|{nodeSelector: {l: w}}",
        "{nodeSelector: {k: v}}|{nodeSelector: {$patch: delete}}|{nodeSelector: {}}",
        "{}|{nodeSelector: {$patch: delete}}|{}",
        // An order for all, and one with items that only the server has.
        "{containers: [{name: a}, {name: b}, {name: c}]}"
            + "|{$setElementOrder/containers: [{name: c}, {name: b}, {name: a}]}"
            + "|{containers: [{name: c}, {name: b}, {name: a}]}",
        "{containers: [{name: a}, {name: s}, {name: b}]}"
            + "|{$setElementOrder/containers: [{name: b}, {name: n}, {name: a}],"
            + " containers: [{name: n}]}"
            + "|{containers: [{name: s}, {name: b}, {name: n}, {name: a}]}",
      })
  void mergesAPodSpec(String document, String patch, String result) {
    assertThat(patched(TestTypes.POD_SPEC, document, patch))
        .hasToString(Yaml.parse(result).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{finalizers: [a, b]}|{finalizers: [c]}|{finalizers: [c, a, b]}",
        "{finalizers: [a, b]}|{finalizers: [b, c]}|{finalizers: [a, b, c]}",
        "{finalizers: [a, b, c]}|{$deleteFromPrimitiveList/finalizers: [b]}|{finalizers: [a, c]}",
        "{finalizers: [a, b]}|{$setElementOrder/finalizers: [c, a], finalizers: [c],"
            + " $deleteFromPrimitiveList/finalizers: [b]}|{finalizers: [c, a]}",
        "{labels: {a: 1}}|{labels: {b: 2}}|{labels: {a: 1, b: 2}}",
      })
  void mergesListsOfSingleValues(String document, String patch, String result) {
    assertThat(patched(TestTypes.METADATA, document, patch))
        .hasToString(Yaml.parse(result).toString());
  }

  @Test
  void retainsOnlyTheKeysThatAUnionNames() {
    assertThat(
            patched(
                TestTypes.SPEC,
                "{strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}}",
                "{strategy: {$retainKeys: [type], type: Recreate}}"))
        .hasToString("{\"strategy\":{\"type\":\"Recreate\"}}");
    assertThatThrownBy(
            () ->
                patched(
                    TestTypes.SPEC,
                    "{strategy: {type: Recreate}}",
                    "{strategy: {$retainKeys: [rollingUpdate], type: Recreate}}"))
        .hasMessage("invalid patch format of retainKeys");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{containers: [{image: x}]}|map: map[image:x] does not contain declared merge key: name",
        "{containers: [{name: a}, 1]}|list element types are not identical: [[map[name:a]]"
            + " [map[name:a] 1]]",
        "{containers: [{$patch: merge, name: a}]}|merging lists cannot yet be specified in the"
            + " patch",
        "{containers: [{$patch: dance, name: a}]}|unknown patch type: dance in map:"
            + " map[$patch:dance name:a]",
      })
  void refusesAPatchThatDoesNotFit(String patch, String message) {
    assertThatThrownBy(() -> patched(TestTypes.POD_SPEC, "{containers: [{name: a}]}", patch))
        .isInstanceOf(ApiException.class)
        .hasMessage(message);
  }

  @Test
  void refusesAnOrderThatThePatchItselfDoesNotKeep() {
    assertThatThrownBy(
            () ->
                patched(
                    TestTypes.POD_SPEC,
                    "{}",
                    "{$setElementOrder/containers: [{name: a}, {name: b}],"
                        + " containers: [{name: b}, {name: a}]}"))
        .hasMessageStartingWith("The order in patch list:");
  }
}
