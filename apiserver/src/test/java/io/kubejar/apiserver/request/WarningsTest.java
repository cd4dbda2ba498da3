package io.kubejar.apiserver.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WarningsTest {
  private final Warnings warnings = new Warnings();

  @Test
  void areSaidOnce() {
    warnings.add("a");
    warnings.add("b");
    warnings.add("a");

    assertThat(warnings.texts()).containsExactly("a", "b");
  }

  @Test
  void areCutWhenTheyBecomeTooMuch() {
    var first = "a".repeat(4000);
    warnings.add(first);
    assertThat(warnings.texts()).containsExactly(first);

    warnings.add("b".repeat(300));
    warnings.add("short");

    assertThat(warnings.texts()).containsExactly("a".repeat(256), "b".repeat(256), "short");
  }

  @Test
  void endWhenTheHeadIsFull() {
    IntStream.range(0, 100).forEach(i -> warnings.add("x".repeat(200) + "-" + i));

    assertThat(warnings.texts()).hasSizeLessThan(25);
    assertThat(String.join("", warnings.texts())).hasSizeLessThan(4096 + 256);
  }
}
