package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apiserver.wire.OutputFormat;
import io.kubejar.apiserver.wire.OutputFormat.Encoding;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// A list that is told in text, item by item: at no time is more than one of them held as text.
///
/// @param fields the list's own, in their order
/// @param listField the field that has the items; it comes last in JSON
/// @param text makes the JSON text of an item's object
/// @param left how much at the beginning of each text is left out; an opening brace takes its place
record TextList<X>(
    JsonObject fields, String listField, List<X> items, Function<X, byte[]> text, int left) {
  private static final byte[] FIRST = {'{'};
  private static final byte[] NEXT = {',', '{'};
  private static final byte[] END = {']', '}'};

  void writeTo(OutputFormat format, OutputStream out) throws IOException {
    if (format.encoding() == Encoding.YAML) {
      writeYaml(out);
    } else if (format.pretty()) {
      writeIndented(out);
    } else {
      writeJson(out);
    }
  }

  private void writeJson(OutputStream out) throws IOException {
    var head = JsonPrinter.print(fields);
    out.write(utf8(head.substring(0, head.length() - 1) + ",\"" + listField + "\":["));
    var before = FIRST;
    for (var item : items) {
      var bytes = text.apply(item);
      out.write(before);
      out.write(bytes, left, bytes.length - left);
      before = NEXT;
    }
    out.write(END);
  }

  private void writeIndented(OutputStream out) throws IOException {
    var before = "{";
    for (var field : fields.fields().entrySet()) {
      out.write(utf8(before + Pretty.field(field.getKey(), field.getValue())));
      before = ",";
    }
    if (items.isEmpty()) {
      out.write(utf8("," + Pretty.field(listField, JsonArray.EMPTY) + "\n}"));
      return;
    }
    out.write(utf8("," + Pretty.fieldName(listField) + "["));
    before = "";
    for (var item : items) {
      out.write(utf8(before + Pretty.item(tree(item))));
      before = ",";
    }
    out.write(utf8(Pretty.END_OF_LIST));
  }

  /// Fields are sorted, so that the items may stand among the others.
  private void writeYaml(OutputStream out) throws IOException {
    var sorted = new TreeMap<>(fields.fields());
    writeFields(sorted.headMap(listField), out);
    if (items.isEmpty()) {
      out.write(utf8(YamlWriter.write(JsonObject.of(listField, JsonArray.EMPTY))));
    } else {
      out.write(utf8(listField + ":\n"));
      for (var item : items) {
        out.write(utf8(YamlWriter.write(new JsonArray(List.of(tree(item))))));
      }
    }
    writeFields(sorted.tailMap(listField), out);
  }

  private static void writeFields(Map<String, JsonValue> some, OutputStream out)
      throws IOException {
    if (!some.isEmpty()) {
      out.write(utf8(YamlWriter.write(new JsonObject(some))));
    }
  }

  private JsonValue tree(X item) {
    var bytes = text.apply(item);
    var object = Arrays.copyOfRange(bytes, left - 1, bytes.length);
    object[0] = '{';
    return JsonParser.parse(object);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
