package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.verbs.ReadOptions;
import io.kubejar.storage.CommitResult;
import io.kubejar.storage.Event;
import io.kubejar.storage.MemoryStore;
import io.kubejar.storage.Page;
import io.kubejar.storage.RangeRequest;
import io.kubejar.storage.ReadResult;
import io.kubejar.storage.Store;
import io.kubejar.storage.StoreException;
import io.kubejar.storage.Transaction;
import io.kubejar.storage.Watch;
import io.kubejar.storage.WatchListener;
import io.kubejar.storage.WatchRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ConsistentReadTest {
  @Test
  void readsFromTheStoreWhatTheCacheDoesNotShowInTime() throws Exception {
    var clock = new VirtualClock();
    var silent = new AtomicBoolean();
    var store = new SilentStore(new MemoryStore(clock), silent);
    var server = new ApiServer(ApiServerOptions.of(store, clock, new Random(1)));
    server.start();
    var api = server.api(UserInfo.of("admin", UserInfo.MASTERS_GROUP), "test");
    silent.set(true);
    api.create(ConfigMap.RESOURCE, ConfigMap.EMPTY.withMetadata(World.named("new")));

    var any = ReadOptions.of("default", "", "").withResourceVersion("0", "");
    assertThat(api.list(ConfigMap.RESOURCE, any).items()).isEmpty();
    assertThat(api.list(ConfigMap.RESOURCE, ReadOptions.of("default", "", "")).items())
        .extracting(map -> map.metadata().name())
        .containsExactly("new");
  }

  /// A store whose watches say nothing while it is silent.
  private record SilentStore(Store real, AtomicBoolean silent) implements Store {
    @Override
    public ReadResult get(String key) throws InterruptedException {
      return real.get(key);
    }

    @Override
    public Page range(RangeRequest request) throws InterruptedException {
      return real.range(request);
    }

    @Override
    public CommitResult commit(Transaction transaction) throws InterruptedException {
      return real.commit(transaction);
    }

    @Override
    public Watch watch(WatchRequest request, WatchListener listener) {
      return real.watch(request, new SilentListener(listener, silent));
    }

    @Override
    public long revision() throws InterruptedException {
      return real.revision();
    }

    @Override
    public long compactedRevision() throws InterruptedException {
      return real.compactedRevision();
    }

    @Override
    public void compact(long revision) throws InterruptedException {
      real.compact(revision);
    }

    @Override
    public Optional<Instant> expireDue() throws InterruptedException {
      return real.expireDue();
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private record SilentListener(WatchListener real, AtomicBoolean silent) implements WatchListener {
    @Override
    public void onEvents(List<Event> events, long revision) {
      if (!silent.get()) {
        real.onEvents(events, revision);
      }
    }

    @Override
    public void onProgress(long revision) {
      if (!silent.get()) {
        real.onProgress(revision);
      }
    }

    @Override
    public void onError(StoreException error) {
      real.onError(error);
    }
  }
}
