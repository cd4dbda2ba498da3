package io.kubejar.apiserver.encryption;

import io.kubejar.apimachinery.GroupResource;
import io.kubejar.storage.CommitResult;
import io.kubejar.storage.Entry;
import io.kubejar.storage.Event;
import io.kubejar.storage.Page;
import io.kubejar.storage.RangeRequest;
import io.kubejar.storage.ReadResult;
import io.kubejar.storage.Store;
import io.kubejar.storage.StoreException;
import io.kubejar.storage.Transaction;
import io.kubejar.storage.Value;
import io.kubejar.storage.Watch;
import io.kubejar.storage.WatchListener;
import io.kubejar.storage.WatchRequest;
import io.kubejar.storage.Write;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A store whose values lie encrypted in another one. Who reads and writes here sees plain values
/// only; one that no key fits is shown as [UnreadableValues] marks it, so that it hurts nobody but
/// whoever asks for it.
public final class EncryptedStore implements Store {
  private final Store store;
  private final Encryption encryption;
  private final Function<String, GroupResource> resources;

  /// @param resources finds the resource whose object lies under a key
  public EncryptedStore(
      Store store, Encryption encryption, Function<String, GroupResource> resources) {
    this.store = store;
    this.encryption = encryption;
    this.resources = resources;
  }

  /// Whether what lies under this key would be stored differently today: its next write must not be
  /// left out even if it changes nothing.
  public boolean isStale(String key) throws InterruptedException {
    var transformer = transformer(key);
    if (transformer.equals(Transformer.NONE)) {
      return false;
    }
    var entry = store.get(key).entry();
    try {
      return entry.isPresent()
          && transformer.fromStorage(entry.get().value().array(), context(key)).stale();
    } catch (UnreadableException _) {
      return true;
    }
  }

  @Override
  public ReadResult get(String key) throws InterruptedException {
    var read = store.get(key);
    return new ReadResult(read.entry().map(this::plain), read.revision());
  }

  @Override
  public Page range(RangeRequest request) throws InterruptedException {
    var page = store.range(request);
    if (request.keysOnly() || encryption.isOff()) {
      return page;
    }
    return new Page(plain(page.entries()), page.more(), page.count(), page.revision());
  }

  @Override
  public CommitResult commit(Transaction transaction) throws InterruptedException {
    var writes = transaction.writes().stream().map(this::encrypted).toList();
    return switch (store.commit(new Transaction(transaction.compares(), writes))) {
      case CommitResult.Committed committed -> committed;
      case CommitResult.Refused(var current, var revision) ->
          new CommitResult.Refused(
              current.stream().map(entry -> entry.map(this::plain)).toList(), revision);
    };
  }

  @Override
  public Watch watch(WatchRequest request, WatchListener listener) {
    return store.watch(request, new PlainListener(listener));
  }

  @Override
  public long revision() throws InterruptedException {
    return store.revision();
  }

  @Override
  public long compactedRevision() throws InterruptedException {
    return store.compactedRevision();
  }

  @Override
  public void compact(long revision) throws InterruptedException {
    store.compact(revision);
  }

  @Override
  public Optional<Instant> expireDue() throws InterruptedException {
    return store.expireDue();
  }

  @Override
  public void close() {
    store.close();
  }

  private Write encrypted(Write write) {
    return switch (write) {
      case Write.Put(var key, var value, var timeToLive) -> {
        var transformer = transformer(key);
        yield transformer.equals(Transformer.NONE)
            ? write
            : new Write.Put(
                key, Value.wrap(transformer.toStorage(value.array(), context(key))), timeToLive);
      }
      case Write.Delete delete -> delete;
    };
  }

  private List<Entry> plain(List<Entry> entries) {
    return entries.stream().map(this::plain).toList();
  }

  private Entry plain(Entry entry) {
    var transformer = transformer(entry.key());
    if (transformer.equals(Transformer.NONE)) {
      return entry;
    }
    return new Entry(
        entry.key(),
        plain(transformer, entry),
        entry.createRevision(),
        entry.modRevision(),
        entry.version());
  }

  private static Value plain(Transformer transformer, Entry entry) {
    try {
      return Value.wrap(
          transformer.fromStorage(entry.value().array(), context(entry.key())).bytes());
    } catch (UnreadableException unreadable) {
      return UnreadableValues.mark(entry.key(), unreadable);
    }
  }

  private Transformer transformer(String key) {
    return encryption.isOff() ? Transformer.NONE : encryption.of(resources.apply(key));
  }

  private static byte[] context(String key) {
    return key.getBytes(StandardCharsets.UTF_8);
  }

  private final class PlainListener implements WatchListener {
    private final WatchListener listener;

    PlainListener(WatchListener listener) {
      this.listener = listener;
    }

    @Override
    public void onEvents(List<Event> events, long revision) {
      listener.onEvents(
          encryption.isOff() ? events : events.stream().map(this::plainEvent).toList(), revision);
    }

    @Override
    public void onProgress(long revision) {
      listener.onProgress(revision);
    }

    @Override
    public void onError(StoreException error) {
      listener.onError(error);
    }

    private Event plainEvent(Event event) {
      return switch (event) {
        case Event.Put(var entry, var previous) ->
            new Event.Put(plain(entry), previous.map(EncryptedStore.this::plain));
        case Event.Deleted(var key, var revision, var previous) ->
            new Event.Deleted(key, revision, previous.map(EncryptedStore.this::plain));
      };
    }
  }
}
