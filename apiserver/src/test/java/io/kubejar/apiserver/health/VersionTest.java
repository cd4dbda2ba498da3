package io.kubejar.apiserver.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionTest {
  @Test
  void tellsWhatAnArchiveWasMadeOf() {
    assertThat(Version.Build.of("0123abc\n2026-05-01T10:00:00+02:00\n"))
        .isEqualTo(new Version.Build("0123abc", "archive", "2026-05-01T10:00:00+02:00"));
  }

  @Test
  void saysOfAWorkingCopyWhatUpstreamSaysOfOne() {
    assertThat(Version.Build.of("$Format:%H$\n$Format:%cI$\n"))
        .isEqualTo(new Version.Build("", "", "1970-01-01T00:00:00Z"));
  }
}
