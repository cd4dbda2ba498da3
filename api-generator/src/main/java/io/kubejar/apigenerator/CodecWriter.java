package io.kubejar.apigenerator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Writes the codec of a type: straight-line code, one line per field and direction.
final class CodecWriter {
  private final SchemaType type;
  private final StringBuilder out = new StringBuilder();

  private CodecWriter(SchemaType type) {
    this.type = type;
  }

  static String write(SchemaType type) {
    var writer = new CodecWriter(type);
    writer.head();
    writer.readJson();
    writer.writeJson();
    writer.readProtobuf();
    writer.writeProtobuf();
    writer.line("}");
    return writer.out.toString();
  }

  private void head() {
    line("package " + type.file().javaPackage() + ";");
    line("");
    line("import io.kubejar.apimachinery.Codec;");
    line("import io.kubejar.apimachinery.json.JsonReader;");
    line("import io.kubejar.apimachinery.json.JsonWriter;");
    line("import io.kubejar.apimachinery.protobuf.ProtobufReader;");
    line("import io.kubejar.apimachinery.protobuf.ProtobufWriter;");
    line("");
    line("final class " + type.name() + "Codec implements Codec<" + type.name() + "> {");
    line(
        "  @Override public String typeName() { return \""
            + type.file().version()
            + "."
            + type.name()
            + "\"; }");
  }

  private void readJson() {
    line("  @Override public " + type.name() + " readJson(JsonReader in) {");
    line("    if (!in.beginObject(\"" + type.name() + "\")) { return " + type.name() + ".EMPTY; }");
    line("    var b = new " + type.name() + ".Builder();");
    line("    for (String name = in.nextName(); name != null; name = in.nextName()) {");
    line("      switch (name) {");
    if (type.kind()) {
      line("        case \"apiVersion\", \"kind\" -> in.string();");
    }
    for (var field : type.fields()) {
      line(
          "        case %s -> b.%s = %s;"
              .formatted(JavaNames.literal(field.json()), field.javaName(), jsonSource(field)));
    }
    line("        default -> in.unknownField();");
    line("      }");
    line("    }");
    line("    return b.build();");
    line("  }");
  }

  private String jsonSource(SchemaField field) {
    var java = JavaType.of(field);
    return switch (field.shape()) {
      case LIST -> "in.list(" + java.codec() + ")";
      case MAP -> "in.map(" + java.codec() + ")";
      case ONE -> {
        var method = scalarMethod(field.type());
        if (method.isEmpty()) {
          yield field.pointer() ? "in.opt(" + java.codec() + ")" : java.codec() + ".readJson(in)";
        }
        yield field.pointer() && !field.type().equals("bytes")
            ? "in.opt" + Character.toUpperCase(method.charAt(0)) + method.substring(1) + "()"
            : "in." + method + "()";
      }
    };
  }

  private static String scalarMethod(String type) {
    return switch (type) {
      case "string", "bool", "int32", "int64", "bytes" -> type;
      case "double" -> "float64";
      default -> "";
    };
  }

  private void writeJson() {
    line("  @Override public void writeJson(" + type.name() + " v, JsonWriter out) {");
    line("    out.beginObject();");
    if (type.kind()) {
      line("    out.typeMeta(v.apiVersion(), v.kind());");
    }
    for (var field : type.fields()) {
      line("    out." + jsonSink(field) + ";");
    }
    line("    out.endObject();");
    line("  }");
  }

  private String jsonSink(SchemaField field) {
    var java = JavaType.of(field);
    var arguments = JavaNames.literal(field.json()) + ", v." + field.javaName() + "()";
    boolean codec = scalarMethod(field.type()).isEmpty();
    var withCodec =
        arguments
            + ", "
            + (field.flag("embedded")
                ? "io.kubejar.apimachinery.Codecs.embedded(" + java.codec() + ")"
                : java.codec());
    return switch (field.shape()) {
      case LIST -> (field.always() ? "putList(" : "optList(") + withCodec + ")";
      case MAP -> (field.always() ? "putMap(" : "optMap(") + withCodec + ")";
      case ONE -> {
        if (field.type().equals("wrappedStrings")) {
          yield (field.always() ? "putList(" : "optList(")
              + arguments
              + ", io.kubejar.apimachinery.Codecs.STRING)";
        }
        if (codec) {
          // Go never leaves out a struct that is no pointer, unless the tag says omitzero.
          boolean leavesOutNull = (field.pointer() && !field.always()) || field.omitZero();
          yield (leavesOutNull ? "ptr(" : field.pointer() ? "putPtr(" : "put(") + withCodec + ")";
        }
        if (field.pointer() && !field.type().equals("bytes")) {
          yield (field.always() ? "putPtr(" : "ptr(") + arguments + ")";
        }
        yield (field.always() ? "put(" : "opt(") + arguments + ")";
      }
    };
  }

  private void readProtobuf() {
    line("  @Override public " + type.name() + " readProtobuf(ProtobufReader in) {");
    line("    var b = new " + type.name() + ".Builder();");
    readMessage(type.fields(), 0, "    ");
    line("    return b.build();");
    line("  }");
  }

  private void readMessage(List<SchemaField> fields, int level, String indent) {
    var number = "f" + level;
    line(
        "%1$sfor (int %2$s = in.nextField(); %2$s != 0; %2$s = in.nextField()) {"
            .formatted(indent, number));
    line(indent + "  switch (" + number + ") {");
    byNumber(fields, level)
        .forEach(
            (n, parts) -> {
              if (isNested(parts, level)) {
                line("%s    case %d -> {".formatted(indent, n));
                line("%s      int outer%d = in.beginMessage();".formatted(indent, level));
                readMessage(parts, level + 1, indent + "      ");
                line("%s      in.endMessage(outer%d);".formatted(indent, level));
                line(indent + "    }");
              } else {
                var field = parts.getFirst();
                line(
                    "%s    case %d -> b.%s = %s;"
                        .formatted(indent, n, field.javaName(), protobufSource(field)));
              }
            });
    line(indent + "    default -> in.skip();");
    line(indent + "  }");
    line(indent + "}");
  }

  private String protobufSource(SchemaField field) {
    var java = JavaType.of(field);
    var method = scalarMethod(field.type());
    var current = "b." + field.javaName();
    return switch (field.shape()) {
      case ONE -> method.isEmpty() ? "in.message(" + java.codec() + ")" : "in." + method + "()";
      case LIST ->
          switch (field.type()) {
            case "int32" -> "in.addInts(" + current + ")";
            case "int64" -> "in.addLongs(" + current + ")";
            default ->
                "in.add(%s, %s)"
                    .formatted(
                        current,
                        method.isEmpty()
                            ? "in.message(" + java.codec() + ")"
                            : "in." + method + "()");
          };
      case MAP ->
          switch (field.type()) {
            case "string" -> "in.putString(" + current + ")";
            case "bytes" -> "in.putBytes(" + current + ")";
            default -> "in.putMessage(" + current + ", " + java.codec() + ")";
          };
    };
  }

  private void writeProtobuf() {
    line("  @Override public void writeProtobuf(" + type.name() + " v, ProtobufWriter out) {");
    writeMessage(type.fields(), 0);
    line("  }");
  }

  private void writeMessage(List<SchemaField> fields, int level) {
    byNumber(fields, level)
        .descendingMap()
        .forEach(
            (n, parts) -> {
              if (isNested(parts, level)) {
                var mark = "mark" + level + "_" + n;
                line("    int " + mark + " = out.size();");
                writeMessage(parts, level + 1);
                line("    out.endMessage(" + n + ", " + mark + ");");
              } else {
                line("    " + protobufSink(n, parts.getFirst()) + ";");
              }
            });
  }

  private String protobufSink(int number, SchemaField field) {
    var java = JavaType.of(field);
    var value = "v." + field.javaName() + "()";
    var plain = "(" + number + ", " + value + ")";
    var withCodec = "(" + number + ", " + value + ", " + java.codec() + ")";
    return switch (field.shape()) {
      case LIST ->
          switch (field.type()) {
            case "string" -> "out.strings" + plain;
            case "bool" -> "out.bools" + plain;
            case "int32", "int64" -> "out.numbers" + plain;
            default -> "out.messages" + withCodec;
          };
      case MAP ->
          switch (field.type()) {
            case "string" -> "out.stringMap" + plain;
            case "bytes" -> "out.bytesMap" + plain;
            default -> "out.messageMap" + withCodec;
          };
      case ONE -> {
        var prefix = field.pointer() ? "out.opt" : "out.";
        yield switch (field.type()) {
          case "string" -> prefix + (field.pointer() ? "String" : "string") + plain;
          case "bool" -> prefix + (field.pointer() ? "Bool" : "bool") + plain;
          case "int32", "int64" -> prefix + (field.pointer() ? "Number" : "number") + plain;
          case "double" -> "out.optDouble" + plain;
          case "bytes" -> "out.bytes" + plain;
          case "wrappedStrings" -> "if (!" + value + ".isEmpty()) out.message" + withCodec;
          default -> prefix + (field.pointer() ? "Message" : "message") + withCodec;
        };
      }
    };
  }

  private static boolean isNested(List<SchemaField> parts, int level) {
    return parts.getFirst().path().size() > level + 1;
  }

  private static NavigableMap<Integer, List<SchemaField>> byNumber(
      List<SchemaField> fields, int level) {
    var groups = new TreeMap<Integer, List<SchemaField>>(Comparator.naturalOrder());
    for (var field : fields) {
      groups.computeIfAbsent(field.path().get(level), _ -> new ArrayList<>()).add(field);
    }
    return groups;
  }

  private void line(String text) {
    out.append(text).append('\n');
  }
}
