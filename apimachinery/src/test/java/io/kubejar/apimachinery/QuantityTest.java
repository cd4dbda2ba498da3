package io.kubejar.apimachinery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.Quantity.Format;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
  @ParameterizedTest
  @CsvSource({
    "0,0",
    "0.0,0",
    "1000m,1",
    "100m,100m",
    "0.1,100m",
    ".5,500m",
    "1.5,1500m",
    "1.5Gi,1536Mi",
    "1024Mi,1Gi",
    "1024,1024",
    "1Ki,1Ki",
    "512Ki,512Ki",
    "0.5Ki,512",
    "1000,1k",
    "1500k,1500k",
    "1000k,1M",
    "12e6,12e6",
    "12000e3,12e6",
    "1E,1E",
    "1E3,1E3",
    "1000E3,1e6",
    "Ki,0",
    "1Ei,1Ei",
    "-1.5,-1500m",
    "0.1n,1n",
    "1.0000000001,1000000001n",
    "100000000000000000000,100E",
    "9223372036854775807,9223372036854775807",
    "9999999999999999999Ki,9223372036854775807",
    "0.001Ki,1024m",
  })
  void isWrittenInCanonicalForm(String text, String canonical) {
    assertThat(Quantity.parse(text)).hasToString(canonical);
  }

  @Test
  void keepsATextThatIsCanonicalEnoughLikeUpstream() {
    assertThat(Quantity.parse("1.500")).hasToString("1.500");
    assertThat(Quantity.parse("+5")).hasToString("+5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1.2.3", "x", "1 Gi", "1Gib", "--1", "1e", "1ki", "1ee3", "1e1001"})
  void refusesWhatIsNoQuantity(String text) {
    assertThatThrownBy(() -> Quantity.parse(text)).isInstanceOf(QuantityFormatException.class);
  }

  @Test
  void explainsTheFormatInUpstreamsWords() {
    assertThatThrownBy(() -> Quantity.parse("1 Gi"))
        .hasMessage(
            "quantities must match the regular expression"
                + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    assertThatThrownBy(() -> Quantity.parse("1ki")).hasMessage("unable to parse quantity's suffix");
  }

  @Test
  void roundsAwayFromZero() {
    assertThat(Quantity.parse("1m").value()).isEqualTo(1);
    assertThat(Quantity.parse("-1m").value()).isEqualTo(-1);
    assertThat(Quantity.parse("1500m").value()).isEqualTo(2);
    assertThat(Quantity.parse("1u").milliValue()).isEqualTo(1);
    assertThat(Quantity.parse("2.5").milliValue()).isEqualTo(2500);
    assertThat(Quantity.parse("1Gi").milliValue()).isEqualTo(1024L * 1024 * 1024 * 1000);
  }

  @Test
  void staysWithinALong() {
    assertThat(Quantity.parse("1e30").value()).isEqualTo(Long.MAX_VALUE);
    assertThat(Quantity.parse("-1e30").value()).isEqualTo(Long.MIN_VALUE);
    assertThat(Quantity.parse("100000000000000000000").milliValue()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void addsInTheFormatOfTheFirstThatIsNotZero() {
    assertThat(Quantity.parse("1Gi").add(Quantity.parse("512Mi"))).hasToString("1536Mi");
    assertThat(Quantity.ZERO.add(Quantity.parse("1Gi"))).hasToString("1Gi");
    assertThat(Quantity.parse("1").subtract(Quantity.parse("100m"))).hasToString("900m");
    assertThat(Quantity.parse("1Ki").add(Quantity.parse("1m"))).hasToString("1024001m");
  }

  @Test
  void comparesNumbersWhateverTheirForm() {
    assertThat(Quantity.parse("1Ki")).isEqualByComparingTo(Quantity.parse("1024"));
    assertThat(Quantity.parse("1Ki")).isNotEqualTo(Quantity.parse("1024"));
    assertThat(Quantity.parse("1e1000")).isGreaterThan(Quantity.parse("1E"));
  }

  @Test
  void readsBackWhatItWrites() {
    Rounds.run(
        1000,
        chance -> {
          var quantity = Quantity.ofScaled(chance.number(), chance.between(-9, 18));
          var again = Quantity.parse(quantity.toString());

          assertThat(again).isEqualByComparingTo(quantity);
          assertThat(again).hasToString(quantity.toString());
        });
  }

  @Test
  void addsExactly() {
    Rounds.run(
        1000,
        chance -> {
          long a = chance.number();
          long b = chance.number();
          var sum = Quantity.ofMilli(a).add(Quantity.ofMilli(b));

          assertThat(sum.toBigDecimal())
              .isEqualByComparingTo(BigDecimal.valueOf(a, 3).add(BigDecimal.valueOf(b, 3)));
        });
  }

  @Test
  void binaryFormLosesNothing() {
    Rounds.run(
        1000,
        chance -> {
          long value = Math.max(chance.number(), -Long.MAX_VALUE);
          var text = Quantity.of(value, Format.BINARY_SI).toString();

          assertThat(Quantity.parse(text).value()).isEqualTo(value);
        });
  }

  @Test
  void readsAnyTextOrRefusesIt() {
    Rounds.run(
        3000,
        chance -> {
          var text =
              chance.oneIn(2) ? chance.text(20) : chance.textOf("0123459.+-eEinumkKMGTP", 12);
          try {
            assertThat(Quantity.parse(Quantity.parse(text).toString()))
                .isEqualByComparingTo(Quantity.parse(text));
          } catch (QuantityFormatException _) {
            // It is none.
          }
        });
  }
}
