package io.kubejar.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.protobuf.ProtobufEnvelope;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Objects as people write them, with what is easily lost: absent against empty, zero against null,
/// order of nested messages.
///
/// The protobuf beside each was checked once against upstream's rules; it must never change, since
/// it is what stores hold.
class OwnGoldenFilesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pod",
        "service",
        "secret",
        "networkpolicy",
        "customresourcedefinition",
        "webhookconfiguration",
        "event"
      })
  void yamlAndProtobufAreTheSameObject(String name) throws IOException {
    roundTrip(name);
  }

  private static <T> void roundTrip(String name) throws IOException {
    var yaml = (JsonObject) Yaml.parse(bytes(name + ".yaml"));
    Codec<T> codec = codec(yaml);
    var protobuf = Base64.getMimeDecoder().decode(bytes(name + ".pb.base64"));

    var strict = JsonReader.strict(yaml);
    T fromYaml = codec.readJson(strict);
    T fromProtobuf = ProtobufEnvelope.read(protobuf).decode(codec);

    assertThat(strict.complaints()).isEmpty();
    assertThat(fromProtobuf).isEqualTo(fromYaml);
    var written =
        ProtobufEnvelope.write(yaml.text("apiVersion"), yaml.text("kind"), fromYaml, codec);
    assertThat(HexFormat.of().formatHex(written)).isEqualTo(HexFormat.of().formatHex(protobuf));
    assertThat(codec.fromJson(codec.toJson(fromYaml))).isEqualTo(fromYaml);
    assertThat(codec.toTree(fromYaml)).isEqualTo(yaml);
  }

  @SuppressWarnings("unchecked") // The table gives the codec of the kind that was asked for.
  private static <T> Codec<T> codec(JsonObject yaml) {
    var kind = GroupVersionKind.parse(yaml.text("apiVersion"), yaml.text("kind"));
    return (Codec<T>) BuiltInKinds.codec(kind).orElseThrow();
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = OwnGoldenFilesTest.class.getResourceAsStream("/golden/" + name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    }
  }
}
