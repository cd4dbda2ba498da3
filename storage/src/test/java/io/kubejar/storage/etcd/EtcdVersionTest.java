package io.kubejar.storage.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EtcdVersionTest {

  @ParameterizedTest
  @CsvSource({
    "3.4.23, false",
    "3.4.30, false",
    "3.4.31, true",
    "3.5.0, false",
    "3.5.12, false",
    "3.5.13, true",
    "3.5.13+git, true",
    "3.6.0-rc.1, true",
    "3.3.99, false",
    "4.0.0, true",
    "2.9.99, false",
    "unknown, false"
  })
  void knowsWhichMembersTellProgressSoundly(String version, boolean sound) {
    assertThat(EtcdVersion.parse(version).hasSoundProgress()).isEqualTo(sound);
  }
}
