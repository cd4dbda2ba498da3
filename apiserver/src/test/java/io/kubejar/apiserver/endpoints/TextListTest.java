package io.kubejar.apiserver.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apiserver.wire.OutputFormat;
import io.kubejar.apiserver.wire.OutputFormat.Encoding;
import io.kubejar.apiserver.wire.OutputFormat.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is told item by item is what would be told at once.
class TextListTest {
  private static final JsonObject FIELDS =
      (JsonObject)
          JsonParser.parse("{\"kind\":\"L\",\"apiVersion\":\"v1\",\"metadata\":{\"r\":\"1\"}}");

  @ParameterizedTest
  @CsvSource({
    "JSON, false, 0", "JSON, false, 1", "JSON, false, 3",
    "JSON, true, 0", "JSON, true, 1", "JSON, true, 3",
    "YAML, false, 0", "YAML, false, 1", "YAML, false, 3",
  })
  void tellsWhatTheWholeTreeWouldTell(Encoding encoding, boolean pretty, int count)
      throws IOException {
    var objects = new ArrayList<JsonValue>();
    for (int i = 0; i < count; i++) {
      objects.add(object(i));
    }
    for (var listField : List.of("items", "columns", "aItems")) {
      var tree = FIELDS.with(listField, new JsonArray(objects));
      var list = new TextList<>(FIELDS, listField, objects, JsonPrinter::printUtf8, 1);

      var written = new ByteArrayOutputStream();
      list.writeTo(new OutputFormat(encoding, Shape.OBJECT, pretty), written);

      assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo(whole(tree, encoding, pretty));
    }
  }

  private static String whole(JsonObject tree, Encoding encoding, boolean pretty) {
    if (encoding == Encoding.YAML) {
      return YamlWriter.write(tree);
    }
    var bytes = pretty ? Pretty.indented(tree) : JsonPrinter.printUtf8(tree);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static JsonObject object(int number) {
    return JsonObject.of("metadata", JsonObject.of("name", new JsonString("n" + number)))
        .with("data", new JsonArray(List.of(JsonNumber.of(number), JsonObject.EMPTY)))
        .with("text", new JsonString("a: \"b\"\n c"));
  }

  @ParameterizedTest
  @CsvSource({"JSON, false", "JSON, true", "YAML, false"})
  void leavesOutHowTextsBegin(Encoding encoding, boolean pretty) throws IOException {
    var head = "{\"kind\":\"K\",\"apiVersion\":\"v1\",";
    var text = (head + "\"a\":1}").getBytes(StandardCharsets.UTF_8);
    var list = new TextList<>(FIELDS, "items", List.of(1), _ -> text, head.length());
    var tree = FIELDS.with("items", new JsonArray(List.of(JsonObject.of("a", JsonNumber.of(1)))));

    var written = new ByteArrayOutputStream();
    list.writeTo(new OutputFormat(encoding, Shape.OBJECT, pretty), written);

    assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo(whole(tree, encoding, pretty));
  }

  /// However long a list is, the memory for its text is that of one item.
  @ParameterizedTest
  @ValueSource(strings = {"JSON", "YAML"})
  void makesAnItemsTextOnlyWhenTheOneBeforeIsWritten(Encoding encoding) throws IOException {
    var out = new Last();
    int count = 100_000;
    var made = new int[1];
    var list =
        new TextList<>(
            FIELDS,
            "items",
            Collections.nCopies(count, "x"),
            _ -> {
              assertThat(made[0] == 0 || out.text.contains("item-" + made[0])).isTrue();
              made[0]++;
              return ("{\"name\":\"item-" + made[0] + "\"}").getBytes(StandardCharsets.UTF_8);
            },
            1);

    list.writeTo(new OutputFormat(encoding, Shape.OBJECT, false), out);

    assertThat(made[0]).isEqualTo(count);
  }

  /// Remembers the last piece that was written.
  private static final class Last extends OutputStream {
    private String text = "";

    @Override
    public void write(int b) {
      text = String.valueOf((char) b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      text = new String(bytes, offset, length, StandardCharsets.UTF_8);
    }
  }
}
