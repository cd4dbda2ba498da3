package io.kubejar.apimachinery.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.RawExtension;
import io.kubejar.apimachinery.meta.v1.APIResource;
import io.kubejar.apimachinery.meta.v1.Condition;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apimachinery.meta.v1.WatchEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonWriterTest {

  @Test
  void whatIsEmptyIsLeftOutWhereGoSaysOmitempty() {
    assertThat(text(ObjectMeta.CODEC.toJson(ObjectMeta.EMPTY))).isEqualTo("{}");
  }

  @Test
  void structsThatAreNoPointersAreAlwaysWritten() {
    assertThat(text(Status.CODEC.toJson(Status.EMPTY)))
        .isEqualTo("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{}}");
  }

  @Test
  void aZeroTimeWithoutOmitzeroIsNull() {
    assertThat(text(Condition.CODEC.toJson(Condition.EMPTY)))
        .contains("\"lastTransitionTime\":null");
  }

  @Test
  void anEmptyListWithoutOmitemptyIsNull() {
    assertThat(text(APIResource.CODEC.toJson(APIResource.EMPTY))).contains("\"verbs\":null");
  }

  @Test
  void aPointerToZeroIsWritten() {
    var meta = ObjectMeta.builder().deletionGracePeriodSeconds(0L).build();

    assertThat(text(ObjectMeta.CODEC.toJson(meta))).isEqualTo("{\"deletionGracePeriodSeconds\":0}");
  }

  @Test
  void mapsAreSortedWhateverTheirOrderWas() {
    var labels = new LinkedHashMap<String, String>();
    labels.put("b", "2");
    labels.put("a", "1");

    assertThat(text(ObjectMeta.CODEC.toJson(ObjectMeta.EMPTY.withLabels(labels))))
        .isEqualTo("{\"labels\":{\"a\":\"1\",\"b\":\"2\"}}");
  }

  @Test
  void timesHaveWholeSeconds() {
    var meta = ObjectMeta.EMPTY.withCreationTimestamp(Instant.parse("2024-01-02T03:04:05.678Z"));

    assertThat(text(ObjectMeta.CODEC.toJson(meta)))
        .isEqualTo("{\"creationTimestamp\":\"2024-01-02T03:04:05Z\"}");
  }

  @Test
  void textIsEscapedAndReadsBack() {
    var odd = "\"\\/\b\f\n\r\t\u0000\u001f\u007fäß€\u2028😀<&>";
    var json = ObjectMeta.CODEC.toJson(ObjectMeta.EMPTY.withName(odd));

    assertThat(ObjectMeta.CODEC.fromJson(json).name()).isEqualTo(odd);
    assertThat(((JsonObject) JsonParser.parse(json)).text("name")).isEqualTo(odd);
  }

  @Test
  void bytesAndTreeAreTheSame() {
    var meta =
        ObjectMeta.builder()
            .name("n")
            .labels(Map.of("a", "b"))
            .finalizers(List.of("x", "y"))
            .build();

    assertThat(ObjectMeta.CODEC.toTree(meta))
        .isEqualTo(JsonParser.parse(ObjectMeta.CODEC.toJson(meta)));
  }

  @Test
  void foreignObjectsStayAsTheyAre() {
    var event = new WatchEvent("ADDED", new RawExtension(Bytes.utf8("{\"b\":1.0,\"a\":[{}]}")));

    assertThat(text(WatchEvent.CODEC.toJson(event)))
        .isEqualTo("{\"type\":\"ADDED\",\"object\":{\"b\":1.0,\"a\":[{}]}}");
    assertThat(WatchEvent.CODEC.fromTree(WatchEvent.CODEC.toTree(event))).isEqualTo(event);
  }

  @Test
  void aLargeObjectGrowsTheBuffer() {
    var meta = ObjectMeta.EMPTY.withAnnotations(Map.of("big", "é".repeat(100_000)));

    assertThat(ObjectMeta.CODEC.fromJson(ObjectMeta.CODEC.toJson(meta))).isEqualTo(meta);
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }
}
