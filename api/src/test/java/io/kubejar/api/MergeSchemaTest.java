package io.kubejar.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.schema.Schemas;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.schema.TypeSchema.ListKind;
import io.kubejar.apimachinery.schema.TypeSchema.ListOf;
import io.kubejar.apimachinery.schema.TypeSchema.MapOf;
import io.kubejar.apimachinery.schema.TypeSchema.Struct;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Server-side apply merges as upstream does only if every list, map and type is described alike.
class MergeSchemaTest {

  @Test
  void everyTypeMergesAsUpstreams() throws IOException {
    var file = ReferenceFiles.find("merge-schema-v1.36.yaml");
    assumeTrue(file.isPresent(), ReferenceFiles.ABSENT);
    var upstream = new LinkedHashMap<String, JsonObject>();
    for (var each : ((JsonObject) Yaml.parse(Files.readAllBytes(file.get()))).list("types")) {
      upstream.put(((JsonObject) each).text("name"), ((JsonObject) each).object("map"));
    }

    int compared = 0;
    for (var resource : BuiltInResources.all()) {
      var kind = resource.gvk();
      var name = upstreamName(kind.group(), kind.version(), kind.kind());
      if (upstream.containsKey(name)) {
        var struct = Schemas.of(kind).orElseThrow();
        compared += compare(name, struct, upstream, new LinkedHashMap<>());
      }
    }
    assertThat(compared).isGreaterThan(1000);
  }

  private static String upstreamName(String group, String version, String kind) {
    var label = group.isEmpty() ? "core" : group.split("\\.", -1)[0];
    return "io.k8s.api." + label + "." + version + "." + kind;
  }

  /// Compares a type and all below it; each type once.
  private static int compare(
      String name, Struct ours, Map<String, JsonObject> upstream, Map<String, Struct> done) {
    if (done.putIfAbsent(name, ours) != null || !upstream.containsKey(name)) {
      return 0;
    }
    int compared = 0;
    for (var each : upstream.get(name).list("fields")) {
      var field = (JsonObject) each;
      var path = name + "." + field.text("name");
      assertThat(ours.fields()).as(path).containsKey(field.text("name"));
      var mine = Objects.requireNonNull(ours.fields().get(field.text("name")));
      compared++;
      var type = mine.type().resolved();
      compareShape(path, type, field.object("type"));
      var below = below(type);
      var target = referenced(field.object("type"));
      if (below instanceof Struct struct && !target.isEmpty()) {
        compared += compare(target, struct, upstream, done);
      }
    }
    return compared;
  }

  private static void compareShape(String path, TypeSchema ours, JsonObject theirs) {
    if (theirs.get("list") instanceof JsonObject list) {
      assertThat(ours).as(path).isInstanceOf(ListOf.class);
      var expected =
          list.text("elementRelationship").equals("atomic")
              ? ListKind.ATOMIC
              : list.list("keys").isEmpty() ? ListKind.SET : ListKind.MAP;
      assertThat(((ListOf) ours).kind()).as(path).isEqualTo(expected);
      assertThat(((ListOf) ours).keys()).as(path).isEqualTo(texts(list.list("keys")));
    } else if (theirs.get("map") instanceof JsonObject map && ours instanceof MapOf mine) {
      assertThat(mine.atomic())
          .as(path)
          .isEqualTo(map.text("elementRelationship").equals("atomic"));
    } else if (ours instanceof Struct struct && !theirs.text("elementRelationship").isEmpty()) {
      assertThat(struct.atomic())
          .as(path)
          .isEqualTo(theirs.text("elementRelationship").equals("atomic"));
    }
  }

  private static TypeSchema below(TypeSchema type) {
    return switch (type) {
      case ListOf list -> list.items().resolved();
      case MapOf map -> map.values().resolved();
      default -> type;
    };
  }

  private static String referenced(JsonObject type) {
    if (type.get("list") instanceof JsonObject list) {
      return list.object("elementType").text("namedType");
    }
    if (type.get("map") instanceof JsonObject map) {
      return map.object("elementType").text("namedType");
    }
    return type.text("namedType");
  }

  private static List<String> texts(List<JsonValue> values) {
    return values.stream().map(each -> ((JsonString) each).value()).toList();
  }
}
