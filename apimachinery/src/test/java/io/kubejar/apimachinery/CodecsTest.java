package io.kubejar.apimachinery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.json.JsonFormatException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CodecsTest {

  @Test
  void bytesAreWrittenInBase64() {
    assertThat(Codecs.BYTES.toTree(Bytes.utf8("hällo"))).hasToString("\"aMOkbGxv\"");
    assertThat(Codecs.BYTES.fromJson(json("'aMOk\\nbGxv'"))).isEqualTo(Bytes.utf8("hällo"));
  }

  @Test
  void whatIsNoBase64IsRefusedWithThePlace() {
    assertThatThrownBy(() -> Codecs.BYTES.fromJson(json("'ab!d'")))
        .isInstanceOf(JsonFormatException.class)
        .hasMessage("illegal base64 data at input byte 2");
    assertThatThrownBy(() -> Codecs.BYTES.fromJson(json("'abcde'")))
        .hasMessage("illegal base64 data at input byte 4");
    assertThatThrownBy(() -> Codecs.BYTES.fromJson(json("7")))
        .hasMessage("json: cannot unmarshal number into Go value of type []uint8");
  }

  @Test
  void quantitiesMayBeNumbers() {
    assertThat(Codecs.QUANTITY.fromJson(json("0.5"))).isEqualTo(Quantity.parse("500m"));
    assertThat(Codecs.QUANTITY.fromJson(json("null"))).isEqualTo(Quantity.ZERO);
    assertThatThrownBy(() -> Codecs.QUANTITY.fromJson(json("'lots'")))
        .hasMessageContaining("quantities must match the regular expression");
  }

  @Test
  void aNumberOrATextStaysWhatItWas() {
    assertThat(Codecs.INT_OR_STRING.fromJson(json("'80'"))).isEqualTo(IntOrString.of("80"));
    assertThat(Codecs.INT_OR_STRING.fromJson(json("80"))).isEqualTo(IntOrString.of(80));
    assertThat(IntOrString.parse("80")).isEqualTo(IntOrString.of(80));
    assertThat(IntOrString.of("80").intValue()).isEqualTo(80);
    assertThat(IntOrString.of("http").intValue()).isZero();
    assertThatThrownBy(() -> Codecs.INT_OR_STRING.fromJson(json("true")))
        .isInstanceOf(JsonFormatException.class);
  }

  @Test
  void aFrozenMapIsSortedAndIsCopiedOnce() {
    var frozen = FrozenMap.copyOf(Map.of("b", 2, "a", 1));

    assertThat(frozen).containsExactly(Map.entry("a", 1), Map.entry("b", 2));
    assertThat(FrozenMap.copyOf(frozen)).isSameAs(frozen);
    assertThat(frozen).isEqualTo(Map.of("a", 1, "b", 2)).hasSameHashCodeAs(Map.of("a", 1, "b", 2));
    assertThat(frozen.get("b")).isEqualTo(2);
    assertThat(frozen.get("c")).isNull();
    assertThat(frozen.containsKey("a")).isTrue();
    assertThatThrownBy(() -> frozen.put("c", 3)).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> frozen.entrySet().iterator().remove())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void bytesAreEqualByContentAndCannotBeChangedFromOutside() {
    var array = new byte[] {1, 2};
    var bytes = Bytes.of(array);
    array[0] = 9;
    bytes.toArray()[1] = 9;

    assertThat(bytes).isEqualTo(Bytes.of(new byte[] {1, 2})).hasToString("Bytes[2]");
    assertThat(bytes.base64()).isEqualTo("AQI=");
    assertThat(Bytes.fromBase64("AQI=")).isEqualTo(bytes);
  }

  @Test
  void namesOfKindsAndKeysAreTakenApart() {
    assertThat(GroupVersionKind.parse("v1", "Pod"))
        .isEqualTo(new GroupVersionKind("", "v1", "Pod"));
    assertThat(GroupVersionKind.parse("apps/v1", "Deployment").apiVersion()).isEqualTo("apps/v1");
    assertThatThrownBy(() -> GroupVersionKind.parse("a/b/c", "X"))
        .hasMessage("unexpected GroupVersion string: a/b/c");
    for (var key : List.of(new ObjectKey("ns", "name"), ObjectKey.clusterScoped("node"))) {
      assertThat(ObjectKey.parse(key.toString())).isEqualTo(key);
    }
    assertThat(new GroupResource("apps", "deployments")).hasToString("deployments.apps");
  }

  private static byte[] json(String withSingleQuotes) {
    return withSingleQuotes.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }
}
