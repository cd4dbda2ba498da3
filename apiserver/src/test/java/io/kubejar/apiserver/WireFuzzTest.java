package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.BuiltInResources;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.protobuf.ProtobufEnvelope;
import io.kubejar.apimachinery.protobuf.ProtobufFormatException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What comes over the wire as an object of a built-in kind: sound objects keep what they say in
/// every format, damaged ones are read or refused in the one way that callers know.
class WireFuzzTest {
  /// All kinds whose schema says everything about their shape. What a definition holds as schemas
  /// is of no type there.
  private static final List<ResourceType<?>> DESCRIBED =
      BuiltInResources.all().stream()
          .filter(type -> !type.gvk().kind().equals("CustomResourceDefinition"))
          .toList();

  @Test
  void everyKindKeepsWhatItSays() {
    Rounds.run(1500, chance -> keeps(chance, chance.of(DESCRIBED)));
  }

  private static <T extends KubernetesObject> void keeps(Chance chance, ResourceType<T> type) {
    var codec = type.codec();
    T object = codec.fromTree(new Samples(chance, false).object(type.gvk(), "x"));

    assertThat(codec.fromJson(codec.toJson(object))).isEqualTo(object);
    assertThat(codec.fromTree(codec.toTree(object))).isEqualTo(object);
    var protobuf = ProtobufEnvelope.write(object, codec);
    assertThat(ProtobufEnvelope.read(protobuf).decode(codec)).isEqualTo(object);
  }

  @Test
  void damagedJsonIsReadOrRefused() {
    Rounds.run(3000, chance -> readJson(chance, chance.of(BuiltInResources.all())));
  }

  private static <T extends KubernetesObject> void readJson(Chance chance, ResourceType<T> type) {
    var codec = type.codec();
    var sound = new Samples(chance, true).object(type.gvk(), "x").toString();
    var bytes = chance.damaged(sound.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    try {
      T object = codec.readJson(JsonReader.strict(bytes));
      rewritten(codec, object);
    } catch (JsonFormatException _) {
      // It is none.
    }
  }

  @Test
  void damagedProtobufIsReadOrRefused() {
    Rounds.run(5000, chance -> readProtobuf(chance, chance.of(DESCRIBED)));
  }

  private static <T extends KubernetesObject> void readProtobuf(
      Chance chance, ResourceType<T> type) {
    var codec = type.codec();
    T sound = codec.fromTree(new Samples(chance, false).object(type.gvk(), "x"));
    var bytes = chance.damaged(ProtobufEnvelope.write(sound, codec));
    try {
      rewritten(codec, ProtobufEnvelope.read(bytes).decode(codec));
    } catch (ProtobufFormatException | JsonFormatException _) {
      // It is none.
    }
  }

  /// Whatever was read can be told again, in both formats.
  private static <T> void rewritten(Codec<T> codec, T object) {
    assertThat(codec.fromProtobuf(codec.toProtobuf(object))).isEqualTo(object);
    codec.fromJson(codec.toJson(object));
  }
}
