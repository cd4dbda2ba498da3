package io.kubejar.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.meta.v1.WatchEvent;
import io.kubejar.apimachinery.protobuf.ProtobufEnvelope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Upstream's golden objects, every field filled: JSON, YAML and protobuf read to the same record,
/// which writes back what was read.
class GoldenFilesTest {
  private static final Pattern NAME =
      Pattern.compile("(.+)\\.(v[0-9][a-z0-9]*)\\.([A-Za-z]+)\\.pb");

  /// Written by no client and no server of the stable API.
  private static final List<String> LEFT_OUT = List.of("core.v1.APIGroup", "core.v1.APIVersions");

  @TestFactory
  Stream<DynamicTest> everyStableKindOfThisVersionKeepsItsForms() throws IOException {
    return Stream.concat(goldenTests("api-v1.36"), goldenTests("apiextensions-v1.36"));
  }

  private static Stream<DynamicTest> goldenTests(String directory) throws IOException {
    return stableFiles(directory).stream()
        .map(
            file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> roundTrips(file)));
  }

  @TestFactory
  Stream<DynamicTest> everyStableKindOfTheVersionBeforeIsReadable() throws IOException {
    return stableFiles("api-v1.35.0").stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> reads(file)));
  }

  @Test
  void theGoldenFilesCoverTheServedKinds() throws IOException {
    var covered = new ArrayList<String>();
    for (var file : stableFiles("api-v1.36")) {
      covered.add(kindOf(file).toString());
    }
    for (var file : stableFiles("apiextensions-v1.36")) {
      covered.add(kindOf(file).toString());
    }
    var served =
        BuiltInResources.all().stream()
            .map(each -> each.gvk().toString())
            .filter(
                each ->
                    !each.startsWith(
                        "apiregistration.k8s.io/")) // Upstream has no golden files of it.
            .toList();
    assertThat(covered).containsAll(served);
  }

  private static List<Path> stableFiles(String directory) throws IOException {
    var root = ReferenceFiles.find("fixtures/" + directory);
    assumeTrue(root.isPresent(), ReferenceFiles.ABSENT);
    try (var files = Files.list(root.get())) {
      return files.filter(GoldenFilesTest::isStable).sorted().toList();
    }
  }

  private static boolean isStable(Path file) {
    var name = NAME.matcher(file.getFileName().toString());
    return name.matches()
        && !name.group(2).contains("alpha")
        && !name.group(2).contains("beta")
        && !LEFT_OUT.contains(name.group(1) + "." + name.group(2) + "." + name.group(3));
  }

  private static GroupVersionKind kindOf(Path file) {
    var name = NAME.matcher(file.getFileName().toString());
    assertThat(name.matches()).isTrue();
    var group = name.group(1).equals("core") ? "" : name.group(1);
    return new GroupVersionKind(group, name.group(2), name.group(3));
  }

  private static <T> void roundTrips(Path protobufFile) throws IOException {
    var protobuf = Files.readAllBytes(protobufFile);
    var json = Files.readAllBytes(sibling(protobufFile, ".json"));
    var yaml = Files.readAllBytes(sibling(protobufFile, ".yaml"));
    Codec<T> codec = codecOf(kindOf(protobufFile));

    var strict = JsonReader.strict(json);
    T fromJson = codec.readJson(strict);
    T fromYaml = codec.fromTree(Yaml.parse(yaml));
    var envelope = ProtobufEnvelope.read(protobuf);
    T fromProtobuf = envelope.decode(codec);

    assertThat(strict.complaints()).isEmpty();
    assertThat(fromYaml).isEqualTo(fromJson);
    assertThat(fromProtobuf).isEqualTo(fromJson);
    assertThat(codec.toTree(fromJson)).isEqualTo(JsonParser.parse(json));
    assertThat(JsonParser.parse(codec.toJson(fromJson))).isEqualTo(JsonParser.parse(json));
    assertThat(ProtobufEnvelope.write(envelope.apiVersion(), envelope.kind(), fromProtobuf, codec))
        .isEqualTo(protobuf);
    assertThat(ProtobufEnvelope.write(envelope.apiVersion(), envelope.kind(), fromJson, codec))
        .isEqualTo(protobuf);
  }

  private static <T> void reads(Path protobufFile) throws IOException {
    Codec<T> codec = codecOf(kindOf(protobufFile));
    var json = Files.readAllBytes(sibling(protobufFile, ".json"));

    T fromJson = codec.fromJson(json);
    T fromProtobuf = ProtobufEnvelope.read(Files.readAllBytes(protobufFile)).decode(codec);

    assertThat(codec.toTree(fromProtobuf)).isEqualTo(codec.toTree(fromJson));
    assertThat(codec.toTree(fromJson)).isInstanceOf(JsonObject.class);
  }

  @SuppressWarnings("unchecked") // The table gives the codec of the kind that was asked for.
  private static <T> Codec<T> codecOf(GroupVersionKind kind) {
    if (kind.kind().equals("WatchEvent")) {
      return (Codec<T>) WatchEvent.CODEC; // Says no kind of its own.
    }
    var own = BuiltInKinds.codec(kind);
    var codec =
        own.isPresent() ? own : BuiltInKinds.codec(new GroupVersionKind("", "v1", kind.kind()));
    assertThat(codec).as("a codec of %s", kind).isPresent();
    return (Codec<T>) codec.get();
  }

  private static Path sibling(Path file, String extension) {
    return file.resolveSibling(file.getFileName().toString().replaceFirst("\\.pb$", extension));
  }
}
