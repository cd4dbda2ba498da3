package io.kubejar.apimachinery.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.schema.TypeSchema.ListKind;
import io.kubejar.apimachinery.schema.TypeSchema.ListOf;
import io.kubejar.apimachinery.schema.TypeSchema.Struct;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SchemasTest {
  private static final Map<String, String> FILES =
      Map.of(
          "index", "core/v1\nexample.com/v1\n",
          "core/v1.json",
              """
              {"types": {"Port": {"fields": {"port": {"type": "int32", "required": true},
                "protocol": {"type": "string", "default": "TCP", "enum": ["TCP", "UDP"]}}}}}
              """,
          "example.com/v1.json",
              """
              {"types": {"Thing": {"description": "A thing.", "fields": {
                "spec": {"type": "Spec", "zero": true},
                "inner": {"type": "Thing"}}},
              "Spec": {"fields": {
                "ports": {"type": "[core/v1.Port]", "list": "map", "keys": ["port", "protocol"],
                  "strategy": "merge", "mergeKey": "port"},
                "data": {"type": "{string}", "atomic": true}}}}}
              """);

  private final Schemas schemas =
      new Schemas(
          name ->
              Optional.ofNullable(FILES.get(name)).map(s -> s.getBytes(StandardCharsets.UTF_8)));

  private static Struct struct(TypeSchema type) {
    return (Struct) type.resolved();
  }

  @Test
  void followsReferencesToOtherGroupsAndBack() {
    var thing = schemas.find(new GroupVersionKind("example.com", "v1", "Thing")).orElseThrow();

    var spec = struct(thing.child("spec").orElseThrow());
    var ports = (ListOf) spec.child("ports").orElseThrow();

    assertThat(ports.kind()).isEqualTo(ListKind.MAP);
    assertThat(ports.keys()).containsExactly("port", "protocol");
    assertThat(struct(ports.items()).fields()).containsOnlyKeys("port", "protocol");
    assertThat(thing.child("inner").orElseThrow().child("inner")).contains(thing);
    assertThat(Objects.requireNonNull(spec.fields().get("ports")).strategy().mergeKey())
        .isEqualTo("port");
    assertThat(spec.child("nothing")).isEmpty();
    assertThat(schemas.groupVersions()).containsExactly("core/v1", "example.com/v1");
  }
}
