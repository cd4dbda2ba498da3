package io.kubejar.apiserver.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.VirtualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ResourceCacheTest {
  private final ResourceCache<ConfigMap> cache =
      new ResourceCache<>(() -> 0, false, true, new VirtualClock());

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
  void tellsEverybodyWhomAChangeConcernsAndLooksAtNobodyElse() {
    var asked = new ArrayList<String>();
    cache.indexBy(new FieldIndex<>("color", map -> map.data().getOrDefault("color", "")));
    var all = watch("", "", null, "all", asked);
    var red = watch("", "", "red", "red", asked);
    var blue = watch("", "", "blue", "blue", asked);
    var one = watch("a", "m", null, "one", asked);
    var other = watch("a", "n", null, "other", asked);
    var anywhere = watch("", "m", null, "anywhere", asked);

    colored("m", "red", 1);
    assertThat(asked).containsOnly("all", "red", "one", "anywhere");
    asked.clear();
    colored("m", "blue", 2);
    assertThat(asked).containsOnly("all", "red", "blue", "one", "anywhere");
    cache.delete("a/m", 3);

    assertThat(types(all)).containsExactly("ADDED", "MODIFIED", "DELETED");
    assertThat(types(red)).containsExactly("ADDED", "DELETED");
    assertThat(types(blue)).containsExactly("ADDED", "DELETED");
    assertThat(types(one)).containsExactly("ADDED", "MODIFIED", "DELETED");
    assertThat(types(other)).isEmpty();
    assertThat(types(anywhere)).containsExactly("ADDED", "MODIFIED", "DELETED");
    red.close();
    assertThat(cache.watchers()).isEqualTo(5);
  }

  private CacheWatch<ConfigMap> watch(
      String namespace, String name, @Nullable String color, String who, List<String> asked) {
    return cache.watch(
        new Selection<>(
            namespace,
            name,
            map -> {
              asked.add(who);
              return color == null || color.equals(map.data().get("color"));
            },
            true,
            color),
        ResourceCache.Start.WITH_STATE);
  }

  private void colored(String name, String color, long revision) {
    var metadata = ObjectMeta.EMPTY.withNamespace("a").withName(name);
    var map = ConfigMap.EMPTY.withMetadata(metadata).withData(Map.of("color", color));
    cache.put(new Stored<>("a/" + name, map, revision, 1));
  }

  private static List<String> types(CacheWatch<ConfigMap> watch) {
    var types = new ArrayList<String>();
    while (watch.poll() instanceof WatchItem.Change<ConfigMap>(var type, _)) {
      types.add(type.name());
    }
    return types;
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
