package io.kubejar.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoDurationsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "7, 7ms",
    "999, 999ms",
    "1000, 1s",
    "1500, 1.5s",
    "10000, 10s",
    "80000, 1m20s",
    "300000, 5m0s",
    "3600000, 1h0m0s",
    "5025250, 1h23m45.25s"
  })
  void printsWhatGoPrints(long millis, String text) {
    assertThat(GoDurations.text(Duration.ofMillis(millis))).isEqualTo(text);
  }
}
