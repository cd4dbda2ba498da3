package io.kubejar.controllers.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexesTest {
  private static final int COMPLETIONS = 10;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|''|0",
        "0|0|1",
        "1,2|1,2|2",
        "1-2|1,2|2",
        "1,2,3|1-3|3",
        "0,2,4-6,8|0,2,4-6,8|6",
        "0-3,4,6|0-4,6|6",
        "7-20|7-9|3",
        "3,12,13|3|1",
        "x,3,4-y,6|3,6|2",
      })
  void readsAndWritesIntervals(String text, String written, int total) {
    var indexes = Indexes.parse(text, COMPLETIONS);

    assertThat(indexes.text()).isEqualTo(written);
    assertThat(indexes.total()).isEqualTo(total);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|1-3|1-3|0",
        "1-3|2-5|1-5|2",
        "1,3,5|2,4|1-5|0",
        "0-9|4|0-9|1",
        "1-2,8|0,5,8-9|0-2,5,8,9|1",
        "0-4,6-9|3-7|0-9|4",
      })
  void joinsAndCompares(String one, String other, String both, int common) {
    var first = Indexes.parse(one, COMPLETIONS);
    var second = Indexes.parse(other, COMPLETIONS);

    assertThat(first.and(second).text()).isEqualTo(both);
    assertThat(second.and(first).text()).isEqualTo(both);
    assertThat(first.common(second)).isEqualTo(common);
    assertThat(second.common(first)).isEqualTo(common);
  }

  @Test
  void knowsWhatItHas() {
    var indexes = Indexes.of(List.of(7, 1, 2, 3, 7));

    assertThat(indexes.text()).isEqualTo("1-3,7");
    for (int i = 0; i < COMPLETIONS; i++) {
      assertThat(indexes.has(i)).as("index %d", i).isEqualTo(List.of(1, 2, 3, 7).contains(i));
    }
    assertThat(Indexes.NONE.has(0)).isFalse();
  }

  @Test
  void findsTheLowestThatAreMissing() {
    var indexes = Indexes.of(List.of(0, 2, 3, 5));

    assertThat(indexes.firstMissing(2, COMPLETIONS)).containsExactly(1, 4);
    assertThat(indexes.firstMissing(9, 7)).containsExactly(1, 4, 6);
    assertThat(indexes.firstMissing(9, 2)).containsExactly(1);
    assertThat(indexes.firstMissing(0, COMPLETIONS)).isEmpty();
  }
}
