package io.kubejar.apigenerator;

import io.kubejar.apigenerator.SchemaField.Shape;
import java.util.stream.Collectors;

/// Writes the record of a type, with its builder.
final class RecordWriter {
  private final SchemaType type;
  private final StringBuilder out = new StringBuilder();

  private RecordWriter(SchemaType type) {
    this.type = type;
  }

  static String write(SchemaType type) {
    var writer = new RecordWriter(type);
    writer.head();
    writer.constants();
    writer.identity();
    writer.constructor();
    writer.changes();
    writer.builder();
    writer.line("}");
    return writer.out.toString();
  }

  private void head() {
    line("package " + type.file().javaPackage() + ";");
    line("");
    line("import io.kubejar.apimachinery.Codec;");
    line("import io.kubejar.apimachinery.FrozenMap;");
    line("import java.time.Instant;");
    line("import java.util.List;");
    line("import java.util.Map;");
    line("import org.jspecify.annotations.Nullable;");
    line("");
    if (!type.about().isEmpty()) {
      line("/// " + type.about());
      if (type.fields().stream().anyMatch(field -> !field.about().isEmpty())) {
        line("///");
      }
    }
    for (var field : type.fields()) {
      if (!field.about().isEmpty()) {
        line("/// @param " + field.javaName() + " " + field.about());
      }
    }
    var components =
        type.fields().stream()
            .map(field -> "    " + javaType(field).component(field) + " " + field.javaName())
            .collect(Collectors.joining(",\n"));
    line("public record " + type.name() + "(\n" + components + ")");
    if (type.isObject()) {
      line("    implements io.kubejar.apimachinery.KubernetesObject");
    }
    line("{");
  }

  private void constants() {
    line("  public static final " + type.name() + " EMPTY = new Builder().build();");
    line(
        "  public static final Codec<" + type.name() + "> CODEC = new " + type.name() + "Codec();");
    if (type.resource() != null) {
      line(
          "  public static final io.kubejar.apimachinery.ResourceType<"
              + type.name()
              + "> RESOURCE = io.kubejar.api.BuiltInResources.of("
              + type.name()
              + ".class);");
    }
    line("");
  }

  private void identity() {
    if (type.kind()) {
      var override = type.isObject() ? "  @Override public " : "  public ";
      line(
          override
              + "String apiVersion() { return "
              + JavaNames.literal(type.file().apiVersion())
              + "; }");
      line(override + "String kind() { return " + JavaNames.literal(type.name()) + "; }");
      line("");
    }
  }

  private void constructor() {
    var frozen = type.fields().stream().filter(RecordWriter::isCollection).toList();
    if (frozen.isEmpty()) {
      return;
    }
    line("  public " + type.name() + " {");
    for (var field : frozen) {
      var copier = field.shape() == Shape.MAP ? "FrozenMap" : "List";
      line("    %1$s = %2$s.copyOf(%1$s);".formatted(field.javaName(), copier));
    }
    line("  }");
    line("");
  }

  private static boolean isCollection(SchemaField field) {
    return field.shape() != Shape.ONE || field.type().equals("wrappedStrings");
  }

  private void changes() {
    line("  public static Builder builder() { return new Builder(); }");
    line("  public Builder toBuilder() { return new Builder(this); }");
    for (var field : type.fields()) {
      if (type.isObject() && field.json().equals("metadata")) {
        line("  @Override");
      }
      line(
          "  public %s %s(%s %s) { return new Builder(this).%s(%s).build(); }"
              .formatted(
                  type.name(),
                  JavaNames.with(field.javaName()),
                  javaType(field).component(field),
                  field.javaName(),
                  field.javaName(),
                  field.javaName()));
    }
    line("");
  }

  private void builder() {
    line("  public static final class Builder {");
    for (var field : type.fields()) {
      var java = javaType(field);
      line(
          "    %s %s = %s;".formatted(java.component(field), field.javaName(), java.zeroOf(field)));
    }
    line("    Builder() {}");
    line("    private Builder(" + type.name() + " same) {");
    for (var field : type.fields()) {
      line("      this.%1$s = same.%1$s;".formatted(field.javaName()));
    }
    line("    }");
    for (var field : type.fields()) {
      line(
          "    public Builder %1$s(%2$s %1$s) { this.%1$s = %1$s; return this; }"
              .formatted(field.javaName(), javaType(field).component(field)));
    }
    var arguments =
        type.fields().stream().map(SchemaField::javaName).collect(Collectors.joining(", "));
    line(
        "    public "
            + type.name()
            + " build() { return new "
            + type.name()
            + "("
            + arguments
            + "); }");
    line("  }");
  }

  private JavaType javaType(SchemaField field) {
    return JavaType.of(field);
  }

  private void line(String text) {
    out.append(text).append('\n');
  }
}
