package io.kubejar.simulation.stages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPathTest {
  private static final JsonValue POD =
      Yaml.parse(
          """
          metadata:
            annotations: {a.example/delay: 5s}
            ownerReferences: [{kind: Job}, {kind: Other}]
            deletionTimestamp: null
          status:
            phase: Running
            conditions: [{type: Ready, status: "True"}, {type: Other, status: "False"}]
          """);

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        ".status.phase ~ [Running]",
        ".metadata.deletionTimestamp ~ []",
        ".metadata.absent.more ~ []",
        ".metadata.annotations[\"a.example/delay\"] ~ [5s]",
        ".metadata.ownerReferences.[].kind ~ [Job, Other]",
        ".metadata.ownerReferences[].kind ~ [Job, Other]",
        ".metadata.ownerReferences[1].kind ~ [Other]",
        ".status.conditions.[] | select( .type == \"Ready\" ) | .status ~ [True]",
        ".status.conditions.[] | select( .type != \"Ready\" ) | .status ~ [False]",
        ".status.conditions.[] | select( .type == \"Absent\" ) | .status ~ []",
      })
  void findsWhatIsThere(String key, String texts) {
    assertThat(KeyPath.parse(key).texts(POD)).hasToString(texts);
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", ".status..phase", ".status | length", "now"})
  void refusesWhatItDoesNotKnow(String key) {
    assertThatThrownBy(() -> KeyPath.parse(key)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDotIsTheWholeObject() {
    assertThat(KeyPath.parse(".").values(POD)).containsExactly(POD);
  }
}
