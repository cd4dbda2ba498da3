package io.kubejar.apimachinery.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.Rounds;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSelectorsTest {
  private static final Map<String, String> LABELS = Map.of("app", "web", "tier", "front", "n", "7");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "app=web|true",
        "app==web|true",
        "app!=web|false",
        "missing!=web|true",
        "app in (web,db)|true",
        "app notin (web)|false",
        "missing notin (web)|true",
        "app|true",
        "!app|false",
        "!missing|true",
        "n>6|true",
        "n<7|false",
        "app>6|false",
        "app=web,tier=back|false",
        "app = web , tier in ( front )|true",
        "app in (,web)|true",
        "app=|false",
        "in in (in)|false",
      })
  void matchesAsUpstream(String selector, boolean matches) {
    assertThat(LabelSelectors.parse(selector).matches(LABELS)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "z=1,a in (c,b,b)|a in (b,c),z=1",
        "!x , y|!x,y",
        "x notin ()|x notin ()",
        "x in (a)|x in (a)",
        "x==y|x==y",
      })
  void hasACanonicalText(String selector, String text) {
    assertThat(LabelSelectors.parse(selector)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "app=web,|found '', expected: identifier after ','",
        ",app|found ',', expected: !, identifier, or 'end of string'",
        "app web|unable to parse requirement: found 'web', expected: in, notin, =, ==, !=, gt, lt",
        "app in web|unable to parse requirement: found 'web' expected: '('",
        "app in (web|unable to parse requirement: found '', expected: ',' or ')'",
        "app=web tier|found 'tier', expected: ',' or 'end of string'",
        "!app=web|found '=', expected: ',' or 'end of string'",
      })
  void explainsWhatIsWrong(String selector, String message) {
    assertThatThrownBy(() -> LabelSelectors.parse(selector)).hasMessage(message);
  }

  @Test
  void refusesMalformedKeysAndValues() {
    assertThatThrownBy(() -> LabelSelectors.parse("a@b=c"))
        .hasMessageStartingWith(
            "unable to parse requirement: <nil>: Invalid value: \"a@b\": name part must consist"
                + " of");
    assertThatThrownBy(() -> LabelSelectors.parse("a=b@c"))
        .hasMessageStartingWith(
            "unable to parse requirement: values[0][a]: Invalid value: \"b@c\": a valid label"
                + " must");
  }

  @Test
  void anEmptySelectorMatchesAllAndNoneMatchesNothing() {
    assertThat(LabelSelectors.of(LabelSelector.EMPTY).matches(LABELS)).isTrue();
    assertThat(LabelSelectors.of(null).matches(LABELS)).isFalse();
    assertThat(LabelSelectors.parse("").isEmpty()).isTrue();
  }

  @Test
  void readsTheSelectorOfAnObject() {
    var selector =
        LabelSelector.builder()
            .matchLabels(Map.of("app", "web"))
            .matchExpressions(
                List.of(
                    LabelSelectorRequirement.builder()
                        .key("tier")
                        .operator("NotIn")
                        .values(List.of("back", "mid"))
                        .build()))
            .build();

    assertThat(LabelSelectors.of(selector)).hasToString("app=web,tier notin (back,mid)");
    assertThat(LabelSelectors.of(selector).matches(LABELS)).isTrue();
    assertThat(LabelSelectors.of(selector).requiredValue("app")).contains("web");
  }

  @Test
  void readsAnyTextOrRefusesIt() {
    Rounds.run(
        5000,
        chance -> {
          var words =
              chance.list(
                  0,
                  8,
                  () ->
                      chance.of(
                          "a",
                          "x.y/b",
                          "in",
                          "notin",
                          "(",
                          ")",
                          ",",
                          "!",
                          "=",
                          "==",
                          "!=",
                          ">",
                          "<",
                          "5",
                          " ",
                          "é",
                          chance.text(3)));
          try {
            var selector = LabelSelectors.parse(String.join("", words));
            assertThat(LabelSelectors.parse(selector.toString())).isEqualTo(selector);
          } catch (SelectorFormatException _) {
            // It is none.
          }
        });
  }
}
