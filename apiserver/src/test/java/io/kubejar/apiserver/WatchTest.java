package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.cache.ObjectWatch;
import io.kubejar.apiserver.cache.WatchItem;
import io.kubejar.apiserver.local.LocalApi;
import io.kubejar.apiserver.verbs.ReadOptions;
import io.kubejar.apiserver.verbs.Watching;
import io.kubejar.storage.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Watches on one thread, without a network: nothing waits, everything is there when a write
/// returns.
class WatchTest {
  private static final Watching PLAIN = new Watching(false, true);

  private final VirtualClock clock = new VirtualClock();
  private LocalApi api;

  @BeforeEach
  void start() throws InterruptedException {
    var server = new ApiServer(ApiServerOptions.of(new MemoryStore(clock), clock, new Random(1)));
    server.start();
    api = server.api(UserInfo.of("admin", UserInfo.MASTERS_GROUP), "test");
  }

  @Test
  void beginsWithWhatIsThereAndGoesOnWithChanges() throws Exception {
    create("a", Map.of());
    var watch = api.watch(ConfigMap.RESOURCE, in("default", ""), PLAIN);
    create("b", Map.of());
    api.delete(ConfigMap.RESOURCE, new ObjectKey("default", "a"), DeleteOptions.EMPTY);

    assertThat(drained(watch)).containsExactly("ADDED a", "ADDED b", "DELETED a");
  }

  @Test
  void resumesAfterARevision() throws Exception {
    var first = create("a", Map.of());
    create("b", Map.of());
    var options = in("default", "").withResourceVersion(first.metadata().resourceVersion(), "");

    assertThat(drained(api.watch(ConfigMap.RESOURCE, options, PLAIN))).containsExactly("ADDED b");
  }

  @Test
  void tellsObjectsThatEnterAndLeaveASelection() throws Exception {
    var watch = api.watch(ConfigMap.RESOURCE, in("default", "color=red"), PLAIN);
    var map = create("a", Map.of("color", "blue"));
    map = api.update(ConfigMap.RESOURCE, labelled(map, "red"));
    map = api.update(ConfigMap.RESOURCE, map.withData(Map.of("k", "v")));
    api.update(ConfigMap.RESOURCE, labelled(map, "blue"));

    assertThat(drained(watch)).containsExactly("ADDED a", "MODIFIED a", "DELETED a");
  }

  @Test
  void endsTheInitialEventsWithABookmark() throws Exception {
    create("a", Map.of());
    var watching = new Watching(true, true);
    var watch = api.watch(ConfigMap.RESOURCE, in("default", ""), watching);

    assertThat(drained(watch)).containsExactly("ADDED a", "BOOKMARK initial=true");
  }

  @Test
  void cannotResumeFromForgottenHistory() throws Exception {
    var options = in("default", "").withResourceVersion("1", "");

    Assertions.assertThatThrownBy(
            () -> {
              for (int i = 0; i < 9000; i++) {
                create("a" + i, Map.of());
              }
              clock.advance(Duration.ofMinutes(2)); // All of them are kept for some time.
              create("b", Map.of());
              api.watch(ConfigMap.RESOURCE, options, PLAIN);
            })
        .isInstanceOfSatisfying(
            ApiException.class,
            gone -> {
              assertThat(gone.code()).isEqualTo(410);
              assertThat(gone.reason()).isEqualTo("Expired");
              assertThat(gone).hasMessageStartingWith("too old resource version: 1 (");
            });
  }

  @Test
  void dropsWatchersThatDoNotRead() throws Exception {
    var watch = api.watch(ConfigMap.RESOURCE, in("default", ""), PLAIN);
    for (int i = 0; i < 4097; i++) {
      create("a" + i, Map.of());
    }

    assertThat(drained(watch)).hasSize(4096 + 1).endsWith("CLOSED");
  }

  @Test
  void dropsNobodyElseWithThem() throws Exception {
    var stuck = api.watch(ConfigMap.RESOURCE, in("default", ""), PLAIN);
    var reader = api.watch(ConfigMap.RESOURCE, in("default", ""), PLAIN);
    var read = new ArrayList<WatchItem<ConfigMap>>();
    for (int i = 0; i < 5000; i++) {
      create("a" + i, Map.of());
      read.add(reader.poll());
    }
    create("last", Map.of());

    assertThat(drained(stuck)).endsWith("ADDED a4095", "CLOSED");
    assertThat(read).hasSize(5000).doesNotContainNull();
    assertThat(drained(reader)).containsExactly("ADDED last");
  }

  @Test
  void encodesEachEventOnceForAllWatchers() throws Exception {
    var encoded = new AtomicInteger();
    var red = new ArrayList<ObjectWatch<ConfigMap>>();
    for (int i = 0; i < 3; i++) {
      red.add(api.watch(ConfigMap.RESOURCE, in("default", "color=red"), PLAIN));
    }
    var map = create("a", Map.of("color", "red"));
    map = api.update(ConfigMap.RESOURCE, map.withData(Map.of("k", "v")));
    api.update(ConfigMap.RESOURCE, labelled(map, "blue")); // They are told the state before.
    var readers = new ArrayList<Thread>();
    for (var watch : red) {
      Callable<Boolean> reading =
          () -> {
            for (var item = watch.poll(); item != null; item = watch.poll()) {
              var change = (WatchItem.Change<ConfigMap>) item;
              change.object().encoded("json", object -> counted(encoded, object));
            }
            return true;
          };
      readers.add(Thread.ofVirtual().start(new FutureTask<>(reading)));
    }
    for (var reader : readers) {
      reader.join();
    }

    assertThat(encoded).hasValue(3);
  }

  private static byte[] counted(AtomicInteger encoded, ConfigMap object) {
    encoded.incrementAndGet();
    return ConfigMap.CODEC.toJson(object);
  }

  @Test
  void wakesWhoeverWaits() throws Exception {
    var woken = new ArrayList<String>();
    var watch = api.watch(ConfigMap.RESOURCE, in("default", ""), PLAIN);
    watch.onAvailable(() -> woken.add("now"));
    create("a", Map.of());

    assertThat(woken).containsExactly("now");
  }

  private ConfigMap create(String name, Map<String, String> labels) throws InterruptedException {
    var metadata = ObjectMeta.EMPTY.withNamespace("default").withName(name).withLabels(labels);
    return api.create(ConfigMap.RESOURCE, ConfigMap.EMPTY.withMetadata(metadata));
  }

  private static ConfigMap labelled(ConfigMap map, String color) {
    return map.withMetadata(map.metadata().withLabels(Map.of("color", color)));
  }

  private static ReadOptions in(String namespace, String labels) {
    return ReadOptions.of(namespace, labels, "");
  }

  private static List<String> drained(ObjectWatch<ConfigMap> watch) throws InterruptedException {
    var seen = new ArrayList<String>();
    for (var item = watch.poll(); item != null; item = watch.poll()) {
      seen.add(
          switch (item) {
            case WatchItem.Change<ConfigMap>(var type, var object) ->
                type + " " + object.object().metadata().name();
            case WatchItem.Bookmark<ConfigMap>(_, var initial) -> "BOOKMARK initial=" + initial;
            case WatchItem.Failed<ConfigMap>(var status) -> "FAILED " + status.reason();
            case WatchItem.Closed<ConfigMap> _ -> "CLOSED";
          });
      if (item instanceof WatchItem.Closed<ConfigMap>) {
        break;
      }
    }
    return seen;
  }
}
