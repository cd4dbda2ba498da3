package io.kubejar.apimachinery.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "yes|true",
        "Off|false",
        "!!str yes|\"yes\"",
        "~|null",
        "010|8",
        "0x1F|31",
        "0b11|3",
        "1_000|1000",
        "1.50|1.5",
        "1e3|1000",
        "1.2.3|\"1.2.3\"",
        "2001-01-01|\"2001-01-01\"",
        "12:30:45|\"12:30:45\"",
        "18446744073709551615|18446744073709551615",
        "!!str 1|\"1\"",
        "0o17|15",
        "08|8",
        "-0|0",
        "1:2|\"1:2\"",
      })
  void readsWordsByYaml11(String yaml, String json) {
    assertThat(Yaml.parse("v: " + yaml)).hasToString("{\"v\":" + json + "}");
  }

  @Test
  void makesEveryKeyAText() {
    assertThat(Yaml.parse("{1: a, yes: b, 1.5: c}"))
        .hasToString("{\"1\":\"a\",\"true\":\"b\",\"1.5\":\"c\"}");
  }

  @Test
  void mergesMaps() {
    assertThat(Yaml.parse("base: &b {x: 1, z: 2}\nmore: {<<: *b, z: 3}"))
        .isEqualTo(JsonParser.parse("{\"base\":{\"x\":1,\"z\":2},\"more\":{\"x\":1,\"z\":3}}"));
  }

  @Test
  void tellsRepeatedKeys() {
    var duplicates = new ArrayList<String>();

    var value = Yaml.parse("a: 1\nb: 2\na: 3\n", duplicates::add);

    assertThat(value).hasToString("{\"a\":3,\"b\":2}");
    assertThat(duplicates).containsExactly("line 3: key \"a\" already set in map");
  }

  @Test
  void readsAllDocumentsOfAStream() {
    assertThat(Yaml.parseAll("a: 1\n---\n---\nb: 2\n")).hasSize(2);
    assertThat(Yaml.parse("")).isEqualTo(JsonNull.NULL);
  }

  @Test
  void boundsWhatAliasesStandFor() {
    var laughs = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 10; i++) {
      var alias = "*a" + (i - 1);
      laughs.append(
          "a"
              + i
              + ": &a"
              + i
              + " ["
              + String.join(",", java.util.Collections.nCopies(10, alias))
              + "]\n");
    }

    assertThatThrownBy(() -> Yaml.parse(laughs.toString()))
        .hasMessage("yaml: document contains excessive aliasing");
  }

  @Test
  void refusesAnAliasOfItself() {
    assertThatThrownBy(() -> Yaml.parse("a: &x [*x]")).hasMessageContaining("contains itself");
  }

  @Test
  void refusesEscapesThatAreCutOff() {
    assertThatThrownBy(() -> Yaml.parse("\"\\x")).isInstanceOf(JsonFormatException.class);
    assertThatThrownBy(() -> Yaml.parse("\"\\UFFFFFFFF\"")).isInstanceOf(JsonFormatException.class);
  }

  @Test
  void boundsNesting() {
    assertThatThrownBy(() -> Yaml.parse("[".repeat(2000) + "]".repeat(2000)))
        .isInstanceOf(JsonFormatException.class);
    assertThatThrownBy(() -> JsonParser.parse("[".repeat(20000)))
        .isInstanceOf(JsonFormatException.class);
  }

  @Test
  void tellsThePathsOfRepeatedJsonNames() {
    var duplicates = new ArrayList<String>();

    JsonParser.parse(
        "{\"a\":[{\"b\":1,\"b\":2}],\"a\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8),
        duplicates::add);

    assertThat(duplicates).containsExactly("a[0].b", "a");
  }

  @Test
  void comparesNumbersByValue() {
    assertThat(JsonParser.parse("1.0")).isEqualTo(JsonParser.parse("1"));
    assertThat(JsonParser.parse("1.0").hashCode()).isEqualTo(JsonParser.parse("1").hashCode());
    assertThat(JsonParser.parse("9007199254740993"))
        .isNotEqualTo(JsonParser.parse("9007199254740992"));
  }
}
