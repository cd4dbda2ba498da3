package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ObjectList;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.local.LocalApi;
import io.kubejar.apiserver.verbs.ReadOptions;
import io.kubejar.storage.MemoryStore;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Lists at older revisions, beside a store that counts how often it is asked.
class ExactListTest {
  private static final String NAMESPACE = "kube-public";

  private final VirtualClock clock = new VirtualClock();
  private final CountingStore store =
      new CountingStore(new MemoryStore(clock), new AtomicInteger());
  private ApiServer server = server();
  private LocalApi api = api();

  private ApiServer server() {
    return new ApiServer(ApiServerOptions.of(store, clock, new Random(1)));
  }

  private LocalApi api() {
    return server.api(UserInfo.of("admin", UserInfo.MASTERS_GROUP), "test");
  }

  @BeforeEach
  void start() throws Exception {
    server.start();
    for (var name : List.of("a", "b", "c", "d", "e")) {
      create(name);
    }
    store.ranges().set(0);
  }

  private ObjectList<ConfigMap> list(ReadOptions options) throws Exception {
    return api.list(ConfigMap.RESOURCE, options);
  }

  private static ReadOptions inNamespace() {
    return ReadOptions.of(NAMESPACE, "", "");
  }

  private static ReadOptions exactly(String revision) {
    return inNamespace().withResourceVersion(revision, "Exact");
  }

  private void create(String name) throws Exception {
    var metadata = ObjectMeta.EMPTY.withNamespace(NAMESPACE).withName(name);
    api.create(ConfigMap.RESOURCE, ConfigMap.EMPTY.withMetadata(metadata));
  }

  private void delete(String name) throws Exception {
    api.delete(ConfigMap.RESOURCE, new ObjectKey(NAMESPACE, name), DeleteOptions.EMPTY);
  }

  private static List<String> names(ObjectList<ConfigMap> list) {
    return list.items().stream().map(map -> map.metadata().name()).toList();
  }

  @Test
  void readsTheNewestStateFromMemory() throws Exception {
    assertThat(names(list(inNamespace()))).containsExactly("a", "b", "c", "d", "e");
    assertThat(store.ranges()).hasValue(0);
  }

  @Test
  void readsAnOlderStateFromMemory() throws Exception {
    var at = list(inNamespace()).resourceVersion();
    delete("b");
    create("f");

    var then = list(exactly(at));

    assertThat(names(then)).containsExactly("a", "b", "c", "d", "e");
    assertThat(then.resourceVersion()).isEqualTo(at);
    assertThat(names(list(inNamespace()))).containsExactly("a", "c", "d", "e", "f");
    assertThat(store.ranges()).hasValue(0);
  }

  @Test
  void goesOnWithAListWhereItBeganFromMemory() throws Exception {
    var first = list(inNamespace().withPage(2, ""));
    delete("c");
    create("c2");
    var second = list(inNamespace().withPage(2, first.continueToken()));
    delete("e");
    var third = list(inNamespace().withPage(2, second.continueToken()));

    assertThat(names(first)).containsExactly("a", "b");
    assertThat(first.remainingItemCount()).isEqualTo(3);
    assertThat(names(second)).containsExactly("c", "d");
    assertThat(second.remainingItemCount()).isEqualTo(1);
    assertThat(names(third)).containsExactly("e");
    assertThat(third.continueToken()).isEmpty();
    assertThat(List.of(second.resourceVersion(), third.resourceVersion()))
        .containsOnly(first.resourceVersion());
    assertThat(store.ranges()).hasValue(0);
  }

  @Test
  void asksTheStoreForWhatWasBeforeTheServersTime() throws Exception {
    var at = list(inNamespace()).resourceVersion();
    delete("b");
    server.close();
    server = server();
    server.start();
    api = api();
    store.ranges().set(0);

    assertThat(names(list(exactly(at)))).containsExactly("a", "b", "c", "d", "e");
    assertThat(store.ranges()).hasPositiveValue();
  }

  /// The store's word counts: whoever reads elsewhere learns the same.
  @Test
  void forgetsWhatIsCompacted() throws Exception {
    var at = list(inNamespace()).resourceVersion();
    create("f");
    for (int i = 0; i < 2; i++) {
      for (var part : server.parts().values()) {
        part.step();
      }
      clock.advance(Maintenance.COMPACTION_INTERVAL);
    }
    for (var part : server.parts().values()) {
      part.step();
    }

    assertThatThrownBy(() -> list(exactly(at)))
        .isInstanceOfSatisfying(
            ApiException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo(410);
              assertThat(refused.status().reason()).isEqualTo("Expired");
            });
  }

  @Test
  void givesEverythingToWhoeverTakesAnyRevision() throws Exception {
    var any = inNamespace().withResourceVersion("0", "").withPage(2, "");

    assertThat(names(list(any))).containsExactly("a", "b", "c", "d", "e");
    assertThat(list(any).continueToken()).isEmpty();
  }
}
