package io.kubejar.apigenerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratorTest {
  private static final String SCHEMA =
      """
      group: example.com
      version: v1
      openapi: com.example.v1
      types:
        Boat:
          about: A thing that floats.
          kind: true
          resource: {plural: boats, singular: boat, namespaced: true, short: [bt], verbs: [get, list], returnsDeleted: true}
          subresources:
            status: {kind: Boat, verbs: [get]}
          fields:
            metadata: {n: 1, type: meta.v1.ObjectMeta}
            default: {n: 2, type: string, about: A word.}
            crew: {n: 3, list: Sailor, listType: map, keys: [name]}
            anchor: {n: "4.1", type: int32, ptr: true}
            chain: {n: "4.2", type: int32, always: true}
        Sailor:
          about: ""
          fields:
            name: {n: 1, type: string, required: true, always: true}
            x-rank: {n: 2, map: quantity}
      """;

  @TempDir private Path directory;

  @BeforeEach
  void writeSchema() throws IOException {
    Files.createDirectories(directory.resolve("schema/example"));
    Files.writeString(directory.resolve("schema/example/v1.yaml"), SCHEMA);
    Files.createDirectories(directory.resolve("below/meta"));
    Files.writeString(
        directory.resolve("below/meta/v1.yaml"),
        "{group: '', version: v1, openapi: m, types: {ObjectMeta: {about: '', fields: {}}}}");
  }

  @Test
  void aTypeBecomesARecordWithBuilderAndCodec() throws IOException {
    generate();

    var record = java("io/kubejar/api/example/v1/Boat.java");
    assertThat(record)
        .contains("/// A thing that floats.")
        .contains("/// @param default_ A word.")
        .contains("implements io.kubejar.apimachinery.KubernetesObject")
        .contains("@Nullable Integer anchor")
        .contains("int chain")
        .contains("List<Sailor> crew")
        .contains("crew = List.copyOf(crew);")
        .contains("public String apiVersion() { return \"example.com/v1\"; }")
        .contains("public Boat withDefault_(String default_)");
    assertThat(java("io/kubejar/api/example/v1/Sailor.java"))
        .contains("Map<String, io.kubejar.apimachinery.Quantity> xRank");
  }

  @Test
  void embeddedStructsAreFlatInJsonAndNestedInProtobuf() throws IOException {
    generate();

    var codec = java("io/kubejar/api/example/v1/BoatCodec.java");
    assertThat(codec)
        .contains("case \"anchor\" -> b.anchor = in.optInt32();")
        .contains("out.ptr(\"anchor\", v.anchor());")
        .contains("out.put(\"chain\", v.chain());")
        .contains("int mark0_4 = out.size();")
        .contains("out.endMessage(4, mark0_4);");
    // The buffer is filled from its end, so that higher numbers come first.
    assertThat(codec.indexOf("out.number(2, v.chain())"))
        .isLessThan(codec.indexOf("out.optNumber(1, v.anchor())"));
    assertThat(codec.indexOf("out.messages(3")).isLessThan(codec.indexOf("out.string(2"));
  }

  @Test
  void theTablesNameWhatIsServed() throws IOException {
    generate();

    assertThat(java("io/kubejar/api/BuiltInResources.java"))
        .contains("io.kubejar.api.example.v1.Boat.class")
        .contains("\"example.com/v1/boats\"");
    assertThat(java("io/kubejar/api/BuiltInKinds.java"))
        .contains("case \"example.com/v1/Boat\" -> io.kubejar.api.example.v1.Boat.CODEC;");
    assertThat(resource("index")).isEqualTo("example.com/v1\nmeta/v1\n");
  }

  @Test
  void theRunTimeSchemaSaysHowListsMerge() throws IOException {
    generate();

    assertThat(resource("example.com/v1.json"))
        .contains("\"crew\":{\"type\":\"[Sailor]\",\"list\":\"map\",\"keys\":[\"name\"]}")
        .contains("\"name\":{\"type\":\"string\",\"required\":true,\"zero\":true}")
        .contains("\"metadata\":{\"type\":\"meta/v1.ObjectMeta\",\"zero\":true}");
  }

  @Test
  void asSecondRunChangesNothingAndRemovesWhatIsGone() throws IOException {
    generate();
    var boat = directory.resolve("java/io/kubejar/api/example/v1/Boat.java");
    var before = Files.getLastModifiedTime(boat);
    var stale = boat.resolveSibling("Raft.java");
    Files.writeString(stale, "class Raft {}");

    generate();

    assertThat(Files.getLastModifiedTime(boat)).isEqualTo(before);
    assertThat(stale).doesNotExist();
  }

  @Test
  void aMissingTypeOrOptionIsAnError() throws IOException {
    assertThatThrownBy(() -> Main.main(new String[] {"--schema"}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("usage");
    Files.writeString(
        directory.resolve("schema/example/v1.yaml"), SCHEMA.replace("meta.v1", "meta.v7"));
    assertThatThrownBy(this::generate).hasMessageContaining("no schema of meta.v7.ObjectMeta");
  }

  private void generate() throws IOException {
    Main.main(
        new String[] {
          "--schema", directory.resolve("schema").toString(),
          "--java", directory.resolve("java").toString(),
          "--resources", directory.resolve("resources").toString(),
          "--with", directory.resolve("below").toString()
        });
  }

  private String java(String name) throws IOException {
    return Files.readString(directory.resolve("java").resolve(name));
  }

  private String resource(String name) throws IOException {
    return Files.readString(directory.resolve("resources/kubejar/schema").resolve(name));
  }
}
