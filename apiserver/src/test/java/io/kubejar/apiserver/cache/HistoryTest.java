package io.kubejar.apiserver.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final Instant START = Instant.EPOCH;

  private final History<ConfigMap> history = new History<>();
  private CacheView<ConfigMap> now = CacheView.of(List.of(), 0, new CacheView.Facts<>(false, null));

  @Test
  void tellsWhatThereWasAfterEachChange() {
    put("a", 1, 5, START);
    put("b", 1, 7, START);
    put("c", 1, 7, START); // Two objects in one transaction.
    put("d", 1, 9, START);

    assertThat(names(4)).isEmpty();
    assertThat(names(5)).containsExactly("a");
    assertThat(names(6)).containsExactly("a");
    assertThat(names(7)).containsExactly("a", "b", "c");
    assertThat(names(8)).containsExactly("a", "b", "c");
    assertThat(names(12)).containsExactly("a", "b", "c", "d");
    assertThat(history.at(8, now).orElseThrow().revision()).isEqualTo(8);
    assertThat(history.after(5)).extracting(CacheEvent::revision).containsExactly(7L, 7L, 9L);
    assertThat(history.after(9)).isEmpty();
  }

  @Test
  void keepsYoungChangesHoweverMany() {
    int many = History.OLD_MAX * 2;
    for (int i = 1; i <= many; i++) {
      put("a", 1, i, START);
    }
    assertThat(history.size()).isEqualTo(many);

    put("a", 1, many + 1, START.plus(History.FRESH));
    assertThat(history.size()).isEqualTo(many + 1);

    put("a", 1, many + 2, START.plus(History.FRESH).plusMillis(1));
    assertThat(history.size()).isEqualTo(History.OLD_MAX);
    assertThat(history.forgotten()).isEqualTo(many + 2 - History.OLD_MAX);
    assertThat(history.at(history.forgotten() - 1, now)).isEmpty();
    assertThat(names(history.forgotten())).containsExactly("a");
  }

  @Test
  void keepsFewChangesHoweverOld() {
    put("a", 1, 1, START);
    put("b", 1, 2, START.plusSeconds(1_000_000));

    assertThat(history.forgotten()).isZero();
    assertThat(names(1)).containsExactly("a");
  }

  @Test
  void hasABoundInNumber() {
    for (int i = 1; i <= History.MAX + 3; i++) {
      put("a", 1, i, START);
    }

    assertThat(history.size()).isEqualTo(History.MAX);
    assertThat(history.forgotten()).isEqualTo(3);
  }

  @Test
  void hasABoundInBytes() {
    int large = 1 << 20;
    int fit = (int) (History.BYTES_MAX / large);
    int small = History.LEAST + 1;
    for (int i = 1; i <= small; i++) {
      put("a", 1, i, START);
    }
    for (int i = 1; i <= fit; i++) {
      put("b", large, small + i, START);
    }

    // The hundred that are always kept are too large by then.
    assertThat(history.size()).isEqualTo(History.LEAST);
    assertThat(history.after(0)).last().extracting(CacheEvent::revision).isEqualTo(small + 64L);
  }

  private void put(String name, int bytes, long revision, Instant when) {
    var map = ConfigMap.EMPTY.withMetadata(ObjectMeta.EMPTY.withName(name));
    var object = new Stored<>(name, map, revision, bytes);
    var event = new CacheEvent<>(false, object, now.get(name));
    history.add(event, now, when);
    now = now.with(object);
  }

  private List<String> names(long revision) {
    return history.at(revision, now).orElseThrow().all().stream().map(Stored::path).toList();
  }
}
