package io.kubejar.storage.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.etcd.jetcd.api.KeyValue;
import io.kubejar.storage.Entry;
import io.kubejar.storage.RangeRequest;
import io.kubejar.storage.StoreClosedException;
import io.kubejar.storage.StoreContract;
import io.kubejar.storage.Transaction;
import io.kubejar.storage.Value;
import io.kubejar.storage.Write;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contract on a real etcd, one member.
class EtcdStoreTest extends StoreContract {
  @TempDir private static Path directory;
  private static @Nullable EtcdServer server;
  private EtcdStore store;

  @BeforeAll
  static void startServer() throws IOException {
    EtcdServer.assumeInstalled();
    server = EtcdServer.single(directory);
  }

  @AfterAll
  static void stopServer() throws InterruptedException {
    if (server != null) {
      server.kill();
    }
  }

  @BeforeEach
  void connect() throws IOException {
    if (server == null) {
      throw new IllegalStateException("etcd does not run");
    }
    store = EtcdStore.connect(EtcdOptions.of(server.endpoint()), InstantSource.system());
  }

  @AfterEach
  void disconnect() {
    store.close();
  }

  @Override
  public EtcdStore store() {
    return store;
  }

  /// etcd has its own clock; whoever needs the time to have passed waits for the event.
  @Override
  public void passTime(Duration duration) {}

  @Test
  void readsWithoutALimitAreReadInPieces() throws InterruptedException {
    for (int i = 0; i < 50; i++) {
      var writes = new ArrayList<Write>();
      for (int k = 0; k < 100; k++) {
        writes.add(new Write.Put(key("k%04d".formatted(i * 100 + k)), Value.of("v")));
      }
      store.commit(new Transaction(List.of(), writes));
    }

    var page = store.range(RangeRequest.prefix(prefix()));
    assertThat(page.entries()).hasSize(5000);
    assertThat(page.entries()).extracting(Entry::key).isSorted().doesNotHaveDuplicates();
    assertThat(page.count()).isEqualTo(5000);
    assertThat(page.more()).isFalse();
    var limited = store.range(RangeRequest.prefix(prefix()).withLimit(4500));
    assertThat(limited.entries()).hasSize(4500);
    assertThat(limited.more()).isTrue();
    assertThat(limited.count()).isEqualTo(5000);
  }

  @Test
  void progressArrivesWithoutEvents() throws InterruptedException {
    var log = watch(store.revision() + 1);
    long revision =
        store.commit(Transaction.create("/elsewhere" + key(""), Value.EMPTY)).revision();

    log.awaitRevision(revision);
    assertThat(log.events()).isEmpty();
  }

  @Test
  void keysWithTheSameTimeToLiveShareALease() throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      store.commit(Transaction.create(key("k" + i), Value.EMPTY, Duration.ofHours(1)));
    }

    var all =
        io.etcd.jetcd.api.RangeRequest.newBuilder()
            .setKey(EtcdMessages.bytes(prefix()))
            .setRangeEnd(EtcdMessages.endOf(prefix()))
            .build();
    var leases = store.range(all, 0).getKvsList().stream().map(KeyValue::getLease).toList();
    assertThat(leases).hasSize(20).doesNotContain(0L);
    assertThat(leases.stream().distinct()).hasSize(1);
  }

  @Test
  void aStoreThatIsClosedRefusesEverything() throws InterruptedException {
    var log = watch(store.revision() + 1);
    store.close();

    assertThat(log.awaitError()).isInstanceOf(StoreClosedException.class);
    assertThatThrownBy(() -> store.get("/a")).isInstanceOf(StoreClosedException.class);
    assertThatThrownBy(() -> store.watch(io.kubejar.storage.WatchRequest.from("/", 1), log))
        .isInstanceOf(StoreClosedException.class);
  }
}
