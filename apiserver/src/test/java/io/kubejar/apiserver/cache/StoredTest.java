package io.kubejar.apiserver.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StoredTest {
  private final Stored<ConfigMap> stored = new Stored<>("a/m", ConfigMap.EMPTY, 3, 100);
  private final AtomicInteger encodings = new AtomicInteger();

  private byte[] bytes(Stored<ConfigMap> of) {
    return of.encoded("json", _ -> new byte[] {(byte) encodings.incrementAndGet()});
  }

  @Test
  void keepsWhatWasMadeForTheNext() {
    assertThat(bytes(stored)).isSameAs(bytes(stored));
    assertThat(encodings).hasValue(1);
  }

  @Test
  void keepsNothingForWhoeverOnlyPassesBy() {
    assertThat(bytes(stored.fleeting())).containsExactly(1);
    assertThat(bytes(stored.fleeting())).containsExactly(2);
    assertThat(stored.fleeting().bytes()).isEqualTo(100);
    assertThat(stored.fleeting().revision()).isEqualTo(3);

    var kept = bytes(stored);
    assertThat(bytes(stored.fleeting())).isSameAs(kept);
  }
}
