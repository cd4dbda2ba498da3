package io.kubejar.apimachinery.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.Chance;
import io.kubejar.apimachinery.Rounds;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Texts that nobody would write: they are read, or refused in the one way that callers know.
class DecodersFuzzTest {
  private static final int DEPTH = 4;

  @Test
  void readsBackAnyText() {
    Rounds.run(
        3000,
        chance -> {
          var text = new JsonString(chance.text(30));

          assertThat(JsonParser.parse(JsonPrinter.print(text))).isEqualTo(text);
        });
  }

  @Test
  void readsBackAnyTreeInBothFormats() {
    Rounds.run(
        3000,
        chance -> {
          var tree = value(chance, DEPTH);
          var printed = JsonPrinter.printUtf8(tree);

          assertThat(JsonParser.parse(printed)).isEqualTo(tree);
          assertThat(Yaml.parse(printed)).isEqualTo(tree);
        });
  }

  @Test
  void bothReadersOfJsonAgreeOnDamagedTexts() {
    Rounds.run(
        10_000,
        chance -> {
          var bytes = chance.damaged(JsonPrinter.printUtf8(value(chance, DEPTH)));

          var byParser = parsed(bytes);

          assertThat(streamed(JsonReader.of(bytes))).isEqualTo(byParser);
          assertThat(streamed(JsonReader.strict(bytes))).isEqualTo(byParser);
          byParser.ifPresent(
              tree -> assertThat(JsonParser.parse(JsonPrinter.printUtf8(tree))).isEqualTo(tree));
        });
  }

  @Test
  void takesWhatIsNoUnicodeForTheReplacementCharacterAsGoDoes() {
    assertThat(text(0x61, 0xff, 0x62)).isEqualTo("a\ufffdb");
    assertThat(text(0xc0, 0xaf)).isEqualTo("\ufffd\ufffd"); // A slash in two bytes.
    assertThat(text(0xed, 0xa0, 0x80)).isEqualTo("\ufffd\ufffd\ufffd");
    assertThat(text(0xf4, 0x90, 0x80, 0x80)).hasSize(4);
    assertThat(text(0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80)).isEqualTo("€😀");
    assertThat(JsonParser.parse(bytes("'\\ud800'"))).isEqualTo(new JsonString("\ufffd"));
    assertThat(JsonParser.parse(bytes("'\\udc00\\ud83d\\ude00\\ud83dx'")))
        .isEqualTo(new JsonString("\ufffd😀\ufffdx"));
    assertThat(JsonParser.parse(bytes("'\\\\ud800'"))).isEqualTo(new JsonString("\\ud800"));
  }

  private static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private static String text(int... bytes) {
    var json = new byte[bytes.length + 2];
    json[0] = '"';
    for (int i = 0; i < bytes.length; i++) {
      json[i + 1] = (byte) bytes[i];
    }
    json[bytes.length + 1] = '"';
    return ((JsonString) JsonParser.parse(json)).value();
  }

  @Test
  void readsNoOtherEncoding() {
    for (var charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
      assertThatThrownBy(() -> JsonParser.parse("{}".getBytes(charset)))
          .isInstanceOf(JsonFormatException.class);
    }
    assertThatThrownBy(() -> JsonParser.parse(bytes("\ufeff{}")))
        .isInstanceOf(JsonFormatException.class);
    assertThatThrownBy(() -> Yaml.parse(new byte[] {'a', ':', ' ', (byte) 0xff}))
        .hasMessage("yaml: invalid leading UTF-8 octet");
    assertThatThrownBy(() -> Yaml.parse(new byte[] {'a', ':', ' ', (byte) 0xc3, 'b'}))
        .hasMessage("yaml: invalid trailing UTF-8 octet");
  }

  @Test
  void readsAnyYamlOrRefusesIt() {
    Rounds.run(
        10_000,
        chance -> {
          var words =
              chance.list(
                  0,
                  12,
                  () ->
                      chance.of(
                          "a",
                          ": ",
                          "- ",
                          "\n",
                          "\n  ",
                          "&x ",
                          "*x",
                          "<<: ",
                          "? ",
                          "!!int ",
                          "!!binary ",
                          "!!float ",
                          "!<t> ",
                          "0x",
                          "_",
                          "1",
                          "e",
                          ".",
                          "~",
                          "[",
                          "]",
                          "{",
                          "}",
                          ",",
                          "|\n",
                          ">-\n",
                          "'",
                          "\"",
                          "---\n",
                          "...\n",
                          "%YAML 1.1\n",
                          "#",
                          "\t",
                          chance.text(3)));
          try {
            for (var document : Yaml.parseAll(String.join("", words))) {
              assertThat(JsonParser.parse(JsonPrinter.printUtf8(document))).isEqualTo(document);
            }
          } catch (JsonFormatException _) {
            // It is none.
          }
        });
  }

  @Test
  void readsAnyBytesAsYamlOrRefusesThem() {
    Rounds.run(
        5_000,
        chance -> {
          try {
            Yaml.parse(chance.damaged(JsonPrinter.printUtf8(value(chance, DEPTH))));
          } catch (JsonFormatException _) {
            // It is none.
          }
        });
  }

  /// Each level doubles what the one before stands for: 2^60 values in one kilobyte.
  @Test
  void refusesAliasesOfAliases() {
    var bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 60; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }

    assertThatThrownBy(() -> Yaml.parse(bomb.toString()))
        .isInstanceOf(JsonFormatException.class)
        .hasMessageContaining("excessive aliasing");
  }

  /// The same with keys: a mapping merged into itself a billion times.
  @Test
  void refusesMergesOfMerges() {
    var bomb = new StringBuilder("a0: &a0 {k: v}\n");
    for (int i = 1; i < 60; i++) {
      bomb.append("a%d: &a%d {b: *a%d, <<: [*a%d, *a%d]}\n".formatted(i, i, i - 1, i - 1, i - 1));
    }

    assertThatThrownBy(() -> Yaml.parse(bomb.toString()))
        .isInstanceOf(JsonFormatException.class)
        .hasMessageContaining("excessive aliasing");
  }

  /// A long text costs what it is long, however often it is meant.
  @Test
  void sharesWhatAliasesStandFor() {
    var text = "a: &a '%s'\nb: [%s]".formatted("x".repeat(1 << 20), "*a, ".repeat(10_000) + "1");

    var items = ((JsonObject) Yaml.parse(text)).list("b");

    assertThat(items.getFirst()).isSameAs(items.get(9_999));
  }

  private static Optional<JsonValue> parsed(byte[] bytes) {
    try {
      return Optional.of(JsonParser.parse(bytes));
    } catch (JsonFormatException _) {
      return Optional.empty();
    }
  }

  private static Optional<JsonValue> streamed(JsonReader reader) {
    try {
      var value = reader.value();
      reader.end();
      return Optional.of(value);
    } catch (JsonFormatException _) {
      return Optional.empty();
    }
  }

  private static JsonValue value(Chance chance, int depth) {
    return switch (chance.below(depth == 0 ? 4 : 7)) {
      case 0 -> new JsonString(text(chance));
      case 1 -> JsonNumber.of(chance.number());
      case 2 -> JsonNumber.of(chance.number() / 8.0);
      case 3 -> chance.of(JsonNull.NULL, JsonBoolean.TRUE, JsonBoolean.FALSE);
      case 4 -> new JsonArray(chance.list(0, 3, () -> value(chance, depth - 1)));
      default -> {
        var fields = new LinkedHashMap<String, JsonValue>();
        chance.list(0, 4, () -> fields.put(text(chance), value(chance, depth - 1)));
        yield new JsonObject(fields);
      }
    };
  }

  /// Only what may stand in YAML as it is.
  private static String text(Chance chance) {
    return chance
        .text(6)
        .codePoints()
        .filter(DecodersFuzzTest::printable)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean printable(int c) {
    boolean control =
        c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0xfeff || c == 0xffff || c == 0xfffe;
    return !control && !(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
