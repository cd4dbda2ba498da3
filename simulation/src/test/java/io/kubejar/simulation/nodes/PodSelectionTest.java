package io.kubejar.simulation.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodSelectionTest {
  @ParameterizedTest
  @CsvSource({
    "*, web-1, true",
    "web-*, web-1, true",
    "web-*, web-, true",
    "web-*, web, false",
    "w?b*1, web-21, true",
    "w?b*1, web-12, false",
    "*a*b, xaybab, true",
    "*a*b, xba, false",
    "web, web, true",
    "web, webs, false",
    "'', web, false",
  })
  void namesMatchPatterns(String pattern, String name, boolean matches) {
    assertThat(PodSelection.matches(pattern, name)).isEqualTo(matches);
  }
}
