package io.kubejar.apimachinery.protobuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.Codecs;
import io.kubejar.apimachinery.IntOrString;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.meta.v1.ListMeta;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.apimachinery.meta.v1.Status;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProtobufTest {

  @Test
  void scalarsThatAreNoPointersAreWrittenEvenIfZero() {
    assertThat(hex(ListMeta.CODEC.toProtobuf(ListMeta.EMPTY))).isEqualTo("0a0012001a00");
  }

  @Test
  void pointersAreWrittenOnlyIfSet() {
    assertThat(hex(ListMeta.CODEC.toProtobuf(ListMeta.EMPTY.withRemainingItemCount(0L))))
        .isEqualTo("0a0012001a002000");
  }

  @Test
  void negativeNumbersTakeTenBytes() {
    var status = Status.EMPTY.withCode(-1);

    assertThat(hex(Status.CODEC.toProtobuf(status))).endsWith("30ffffffffffffffffff01");
    assertThat(Status.CODEC.fromProtobuf(Status.CODEC.toProtobuf(status))).isEqualTo(status);
  }

  @Test
  void mapsAreSortedByKey() {
    var meta = ObjectMeta.EMPTY.withLabels(Map.of("b", "2", "a", "1", "c", "3"));

    assertThat(hex(ObjectMeta.CODEC.toProtobuf(meta)))
        .contains("5a060a01611201315a060a01621201325a060a0163120133");
  }

  @Test
  void aFilledObjectReadsBack() {
    var meta =
        ObjectMeta.builder()
            .name("ä€😀")
            .generation(Long.MIN_VALUE)
            .creationTimestamp(Instant.ofEpochSecond(-1))
            .deletionGracePeriodSeconds(30L)
            .labels(Map.of("", "", "x", "é".repeat(5000)))
            .ownerReferences(List.of(OwnerReference.EMPTY.withController(false)))
            .finalizers(List.of("", "f"))
            .build();

    assertThat(ObjectMeta.CODEC.fromProtobuf(ObjectMeta.CODEC.toProtobuf(meta))).isEqualTo(meta);
  }

  @Test
  void unknownFieldsOfEveryWireTypeAreSkipped() {
    var out = new ProtobufWriter();
    ObjectMeta.CODEC.writeProtobuf(ObjectMeta.EMPTY.withName("n"), out);
    out.optDouble(100, 1.5);
    out.string(101, "unknown");
    out.number(102, 7);
    var fixed32AndGroup = HexFormat.of().parseHex("bd0601020304" + "c3060801cb0612017acc06c406");
    var message = concat(fixed32AndGroup, out.bytes());

    assertThat(ObjectMeta.CODEC.fromProtobuf(message)).isEqualTo(ObjectMeta.EMPTY.withName("n"));
  }

  @Test
  void numbersMayBePacked() {
    var in = ProtobufReader.of(HexFormat.of().parseHex("0a03019601"));
    assertThat(in.nextField()).isEqualTo(1);

    assertThat(in.addLongs(List.of())).containsExactly(1L, 150L);
    assertThat(in.nextField()).isZero();
  }

  @Test
  void aWrongWireTypeIsRefused() {
    assertThatThrownBy(() -> ObjectMeta.CODEC.fromProtobuf(HexFormat.of().parseHex("0801")))
        .isInstanceOf(ProtobufFormatException.class)
        .hasMessage("proto: wrong wireType = 0 for field 1");
  }

  @Test
  void everyCutOffMessageIsRefusedOrShorter() {
    var whole =
        ObjectMeta.CODEC.toProtobuf(
            ObjectMeta.builder().name("name").labels(Map.of("a", "b")).generation(300).build());

    for (int length = 0; length < whole.length; length++) {
      var part = Arrays.copyOf(whole, length);
      try {
        assertThat(ObjectMeta.CODEC.fromProtobuf(part)).isNotNull();
      } catch (ProtobufFormatException expected) {
        assertThat(expected).hasMessageContaining("EOF");
      }
    }
  }

  @Test
  void randomBytesNeverDoWorseThanBeRefused() {
    var random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      var bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      try {
        assertThat(ObjectMeta.CODEC.fromProtobuf(bytes)).isNotNull();
      } catch (ProtobufFormatException broken) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void deepGroupsAreRefusedNotFollowed() {
    var deep = new byte[100_000];
    Arrays.fill(deep, (byte) 0x0B);

    assertThatThrownBy(() -> ListMeta.CODEC.fromProtobuf(deep))
        .isInstanceOf(ProtobufFormatException.class);
  }

  @Test
  void lengthsBeyondTheEndAreRefused() {
    for (var broken : List.of("0a05", "0affffffff07", "0affffffffffffffffff01", "0a")) {
      assertThatThrownBy(() -> ObjectMeta.CODEC.fromProtobuf(HexFormat.of().parseHex(broken)))
          .as(broken)
          .isInstanceOf(ProtobufFormatException.class);
    }
  }

  @Test
  void theEnvelopeNamesTheType() {
    var status = Status.builder().status("Success").build();
    var bytes = ProtobufEnvelope.write("v1", "Status", status, Status.CODEC);

    assertThat(ProtobufEnvelope.isOne(bytes)).isTrue();
    var envelope = ProtobufEnvelope.read(bytes);
    assertThat(envelope.apiVersion()).isEqualTo("v1");
    assertThat(envelope.kind()).isEqualTo("Status");
    assertThat(envelope.decode(Status.CODEC)).isEqualTo(status);
  }

  @Test
  void whatIsNoEnvelopeIsRefused() {
    assertThat(ProtobufEnvelope.isOne(new byte[] {'k', '8'})).isFalse();
    assertThatThrownBy(() -> ProtobufEnvelope.read("{}xyz".getBytes(StandardCharsets.US_ASCII)))
        .isInstanceOf(ProtobufFormatException.class)
        .hasMessageContaining("expected prefix k8s");
  }

  @Test
  void plainTimesLoseTheirFractionAndMicroTimesTheirNanoseconds() {
    var time = Instant.parse("2024-01-02T03:04:05.123456789Z");

    assertThat(Codecs.TIME.fromProtobuf(Codecs.TIME.toProtobuf(time)))
        .isEqualTo(Instant.parse("2024-01-02T03:04:05Z"));
    assertThat(Codecs.MICRO_TIME.fromProtobuf(Codecs.MICRO_TIME.toProtobuf(time)))
        .isEqualTo(Instant.parse("2024-01-02T03:04:05.123456Z"));
    assertThat(Codecs.MICRO_TIME.toTree(time)).hasToString("\"2024-01-02T03:04:05.123456Z\"");
  }

  @Test
  void numbersWithUnitsAndPortsReadBack() {
    for (var each : List.of("0", "100m", "1.5Gi", "2e3", "-5")) {
      var quantity = Quantity.parse(each);
      assertThat(Codecs.QUANTITY.fromProtobuf(Codecs.QUANTITY.toProtobuf(quantity)))
          .isEqualTo(quantity);
    }
    for (var each : List.of(IntOrString.of(0), IntOrString.of(-3), IntOrString.of("http"))) {
      assertThat(Codecs.INT_OR_STRING.fromProtobuf(Codecs.INT_OR_STRING.toProtobuf(each)))
          .isEqualTo(each);
      assertThat(Codecs.INT_OR_STRING.fromTree(Codecs.INT_OR_STRING.toTree(each))).isEqualTo(each);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] concat(byte[] one, byte[] other) {
    var both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }
}
