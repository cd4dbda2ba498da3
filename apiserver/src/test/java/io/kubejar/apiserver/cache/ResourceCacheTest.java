package io.kubejar.apiserver.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.VirtualClock;
import org.junit.jupiter.api.Test;

class ResourceCacheTest {
  private final ResourceCache<ConfigMap> cache =
      new ResourceCache<>(() -> 0, false, new VirtualClock());

  @Test
  void dropsASlowWatcherAndNoOther() throws Exception {
    var slow = cache.watch(Selection.all(), ResourceCache.Start.WITH_STATE);
    var quick = cache.watch(Selection.all(), ResourceCache.Start.WITH_STATE);
    var elsewhere = cache.watch(Selection.namespace("b"), ResourceCache.Start.WITH_STATE);
    int told = CacheWatch.QUEUE_MAX + 10;
    int heard = 0;
    for (int i = 1; i <= told; i++) {
      put("a", "m", i);
      while (quick.poll() instanceof WatchItem.Change<ConfigMap>) {
        heard++;
      }
    }

    assertThat(cache.terminated()).isEqualTo(1);
    assertThat(cache.watchers()).isEqualTo(2);
    assertThat(heard).isEqualTo(told);
    assertThat(elsewhere.poll()).isNull();

    // It still gets what had been kept for it, in order, and then learns that it is over.
    for (int i = 1; i <= CacheWatch.QUEUE_MAX; i++) {
      assertThat(slow.poll()).isInstanceOf(WatchItem.Change.class);
    }
    assertThat(slow.take()).get().isInstanceOf(WatchItem.Closed.class);

    // It can go on where it was.
    var resumed = cache.watch(Selection.all(), ResourceCache.Start.after(CacheWatch.QUEUE_MAX));
    for (int i = CacheWatch.QUEUE_MAX + 1; i <= told; i++) {
      assertThat(resumed.poll())
          .isInstanceOfSatisfying(
              WatchItem.Change.class, it -> assertThat(it.object().object()).isNotNull());
    }
    assertThat(resumed.poll()).isNull();
  }

  @Test
  void knowsHowMuchItsObjectsTake() {
    put("a", "m", 1);
    put("a", "n", 2);
    put("a", "m", 3);
    assertThat(cache.bytes()).isEqualTo(200);

    cache.delete("a/m", 4);
    assertThat(cache.bytes()).isEqualTo(100);
    assertThat(cache.size()).isEqualTo(1);
  }

  @Test
  void keepsReadersWhatTheyHaveSeen() {
    put("a", "m", 1);
    var before = cache.now();
    put("a", "n", 2);

    assertThat(before.all()).hasSize(1);
    assertThat(cache.now().all()).hasSize(2);
    assertThat(cache.at(1).orElseThrow().all()).hasSize(1);
  }

  private void put(String namespace, String name, long revision) {
    var metadata = ObjectMeta.EMPTY.withNamespace(namespace).withName(name);
    var map = ConfigMap.EMPTY.withMetadata(metadata);
    cache.put(new Stored<>(namespace + "/" + name, map, revision, 100));
  }
}
