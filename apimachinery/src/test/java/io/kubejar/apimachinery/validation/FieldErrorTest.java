package io.kubejar.apimachinery.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonValue;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldErrorTest {

  private static JsonValue json(String text) {
    return JsonParser.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "12|12",
        "1.50|1.5",
        "1000000.0|1e+06",
        "1e3|1000",
        "0.00001|1e-05",
        "-123456789.5|-1.234567895e+08",
        "true|true",
        "null|null",
        "\"a\\u0001<\"|\"a\\x01<\"",
        "{\"b\":[1,{\"y\":2,\"x\":3}],\"a\":\"<&>\"}|{\"a\":\"\\u003c\\u0026\\u003e\",\"b\":[1,{\"x\":3,\"y\":2}]}"
      })
  void showsValuesAsGoDoes(String value, String shown) {
    assertThat(FieldError.invalid("spec.x", json(value), "is bad").detail())
        .isEqualTo("Invalid value: " + shown + ": is bad");
  }

  @Test
  void aPathIsWrittenWithNamesIndicesAndKeys() {
    var path = FieldPath.of("spec", "versions").index(1).child("labels").key("app/x").child("n");

    assertThat(path.text()).isEqualTo("spec.versions[1].labels[app/x].n");
    assertThat(FieldPath.root().index(0).text()).isEqualTo("[0]");
    assertThat(FieldPath.root().text()).isEqualTo("<nil>");
  }
}
