package io.kubejar.apimachinery.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.Rounds;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FieldSelectorTest {
  private static boolean matches(String selector) {
    var fields = Map.of("spec.nodeName", "n1", "status.phase", "Running", "odd", "a,b=c\\d");
    return FieldSelector.parse(selector).matches(name -> fields.getOrDefault(name, ""));
  }

  @Test
  void comparesFields() {
    assertThat(matches("spec.nodeName=n1,status.phase!=Failed")).isTrue();
    assertThat(matches("spec.nodeName==n2")).isFalse();
    assertThat(matches("absent=")).isTrue();
    assertThat(matches("")).isTrue();
  }

  @Test
  void readsEscapedValues() {
    assertThat(matches("odd=a\\,b\\=c\\\\d")).isTrue();
    assertThat(FieldSelector.of("odd", "a,b=c\\d")).hasToString("odd=a\\,b\\=c\\\\d");
  }

  @Test
  void explainsWhatIsWrong() {
    assertThatThrownBy(() -> FieldSelector.parse("a=b,nonsense"))
        .hasMessage("invalid selector: 'a=b,nonsense'; can't understand 'nonsense'");
    assertThatThrownBy(() -> FieldSelector.parse("a=b\\c"))
        .hasMessage("invalid field selector: invalid escape sequence: \\c");
    assertThatThrownBy(() -> FieldSelector.parse("a=b=c"))
        .hasMessage("invalid field selector: unescaped character in value: 61");
  }

  @Test
  void readsBackAnyValue() {
    Rounds.run(
        2000,
        chance -> {
          var value = chance.text(20);
          var selector = FieldSelector.of("field", value);

          assertThat(FieldSelector.parse(selector.toString()).requiredValue("field"))
              .contains(value);
        });
  }

  @Test
  void readsAnyTextOrRefusesIt() {
    Rounds.run(
        5000,
        chance -> {
          try {
            var selector = FieldSelector.parse(chance.textOf("ab.=!,\\ ", 12));
            assertThat(FieldSelector.parse(selector.toString()).terms())
                .containsExactlyInAnyOrderElementsOf(selector.terms());
          } catch (SelectorFormatException _) {
            // It is none.
          }
        });
  }
}
