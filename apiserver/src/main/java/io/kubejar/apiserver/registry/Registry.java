package io.kubejar.apiserver.registry;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apiserver.cache.CacheFeed;
import io.kubejar.apiserver.cache.CachePage;
import io.kubejar.apiserver.cache.CacheView;
import io.kubejar.apiserver.cache.FieldIndex;
import io.kubejar.apiserver.cache.ResourceCache;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.encryption.EncryptedStore;
import io.kubejar.storage.CommitResult;
import io.kubejar.storage.Compare;
import io.kubejar.storage.Entry;
import io.kubejar.storage.RangeRequest;
import io.kubejar.storage.Transaction;
import io.kubejar.storage.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// The objects of one resource: read from the cache, written to the store.
public final class Registry<T extends KubernetesObject> {
  /// How long a read waits for the cache to catch up with the store before it gives up on the
  /// cache.
  static final long CATCH_UP_MS = 3_000;

  /// How often a write is tried against others that are faster.
  static final int ATTEMPTS_MAX = 100;

  private static final int PAGE = 1_000;

  private final ResourceType<T> type;
  private final EncryptedStore store;
  private final CacheFeed feed;
  private final StoredForm<T> form;
  private final String prefix;
  private final ResourceCache<T> cache;
  private final AtomicLong lastWrite = new AtomicLong();

  /// The outcome of a write.
  ///
  /// @param object the state after it, or the last one of a removed object
  public record Written<T extends KubernetesObject>(T object, boolean created, boolean removed) {}

  /// The registry of a built-in resource. Its cache is empty until the feed fills it.
  public Registry(ResourceType<T> type, EncryptedStore store, CacheFeed feed) {
    this(
        type,
        store,
        feed,
        new StoredForm.Direct<>(type),
        StorageLayout.prefix(type.groupResource()));
  }

  /// A registry of objects that are stored in a form of their own.
  ///
  /// @param prefix how all keys begin, up to and including a slash
  public Registry(
      ResourceType<T> type,
      EncryptedStore store,
      CacheFeed feed,
      StoredForm<T> form,
      String prefix) {
    this.type = type;
    this.store = store;
    this.feed = feed;
    this.form = new Guarded<>(form);
    this.prefix = prefix;
    cache = feed.add(prefix, type, this.form);
  }

  /// An object of another registry of the same stored objects, in this one's version.
  public <S extends KubernetesObject> T converted(S object, Registry<S> from) {
    var version = object.metadata().resourceVersion();
    return StoredForm.withRevision(form.decode(from.form.encode(object), 0), version);
  }

  /// Stops keeping the cache and ends all watches. Nothing that is stored changes.
  public void close() {
    feed.remove(cache);
  }

  /// Lets the cache find objects by a field. To be told before anything is in it.
  public void indexBy(FieldIndex<T> index) {
    cache.indexBy(index);
  }

  public ResourceType<T> type() {
    return type;
  }

  /// What objects say they are when they are stored.
  public GroupVersionKind storedAs() {
    return form.storedAs();
  }

  /// The cache as it is, which may be a little behind the store.
  public ResourceCache<T> cache() {
    return cache;
  }

  /// The cache, when it shows all that was acknowledged before this call.
  public ResourceCache<T> currentCache() throws InterruptedException {
    long wanted = store.revision();
    if (!feed.await(type.groupResource(), wanted, CATCH_UP_MS)) {
      throw behind(wanted);
    }
    return cache;
  }

  /// The cache, when it shows whatever this server itself has written of this resource: whoever has
  /// just set something up finds it at work. Asks the store nothing.
  public ResourceCache<T> cacheWithOwnWrites() throws InterruptedException {
    return cacheAtLeast(lastWrite.get());
  }

  private CommitResult commit(Transaction transaction) throws InterruptedException {
    var result = store.commit(transaction);
    if (result instanceof CommitResult.Committed(var revision)) {
      lastWrite.accumulateAndGet(revision, Math::max);
    }
    return result;
  }

  /// The cache, when it has reached this revision.
  ///
  /// @throws ApiException 504 if that takes too long: the revision may be of another cluster
  public ResourceCache<T> cacheAtLeast(long revision) throws InterruptedException {
    if (!feed.await(type.groupResource(), revision, CATCH_UP_MS)) {
      throw behind(revision);
    }
    return cache;
  }

  /// The revision of the last acknowledged write, of whatever resource.
  public long storeRevision() throws InterruptedException {
    return store.revision();
  }

  /// Waits until the cache has reached this revision. False if that takes too long.
  public boolean reached(long revision) throws InterruptedException {
    return feed.await(type.groupResource(), revision, CATCH_UP_MS);
  }

  /// What there was at a revision that the cache has reached. Empty if the cache does not know it
  /// any more, or the store has forgotten it, which then has to say so itself.
  public Optional<CacheView<T>> remembered(long revision) {
    return revision < feed.compacted() ? Optional.empty() : cache.at(revision);
  }

  /// A page was served from the cache.
  public CachePage<T> counted(CachePage<T> page) {
    feed.reads().listed(type.groupResource(), page);
    return page;
  }

  /// A list of the newest state was served.
  ///
  /// @param fallback whether from the store, because the cache was too far behind
  public void countConsistent(boolean fallback) {
    feed.reads().consistent(type.groupResource(), fallback);
  }

  private ApiException behind(long wanted) {
    return TooNew.exception(wanted, feed.revision());
  }

  public Optional<T> find(ObjectKey key) throws InterruptedException {
    return currentCache().get(key).map(Stored::object);
  }

  public T get(ObjectKey key) throws InterruptedException {
    return find(key).orElseThrow(() -> notFound(key));
  }

  public ApiException notFound(ObjectKey key) {
    return ApiException.notFound(type.groupResource(), key.name());
  }

  /// The refusal of a write that means another object, or another state of it.
  ///
  /// @param what `UID` or `ResourceVersion`
  public ApiException preconditionFailed(ObjectKey key, String what, String wanted, String found) {
    return ApiException.conflict(
        type.groupResource(),
        key.name(),
        "StorageError: invalid object, Code: 4, Key: "
            + storageKey(key)
            + ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: "
            + what
            + " in precondition: "
            + wanted
            + ", "
            + what
            + " in object meta: "
            + found);
  }

  /// The objects of a selection at an older revision, at most as many as the limit, if there is
  /// one.
  public CachePage<T> past(Selection<T> selection, String fromPath, long revision, long limit)
      throws InterruptedException {
    var scope = selection.namespace().isEmpty() ? prefix : prefix + selection.namespace() + "/";
    var request =
        RangeRequest.prefix(scope)
            .withFromKey(fromPath.isEmpty() ? "" : prefix + fromPath)
            .withAtRevision(revision)
            .withLimit(PAGE);
    var chosen = new ArrayList<Stored<T>>();
    int looked = 0;
    int read = 0;
    while (true) {
      var page = store.range(request);
      read += page.entries().size();
      for (int i = 0; i < page.entries().size(); i++) {
        var entry = page.entries().get(i);
        var object = decode(entry);
        looked++;
        if (selection.includes(object)) {
          if (limit > 0 && chosen.size() == limit) {
            return fromStore(read, new CachePage<>(chosen, true, page.count() - i, looked, ""));
          }
          var path = entry.key().substring(prefix.length());
          chosen.add(new Stored<>(path, object, entry.modRevision(), entry.value().size()));
        }
      }
      if (!page.more()) {
        return fromStore(read, new CachePage<>(chosen, false, 0, looked, ""));
      }
      request = request.withStartAfter(page.entries().getLast().key());
    }
  }

  private CachePage<T> fromStore(int read, CachePage<T> page) {
    feed.reads().listedFromStore(type.groupResource(), read, page);
    return page;
  }

  /// The key in the store.
  public String storageKey(ObjectKey key) {
    return prefix + StorageLayout.path(key);
  }

  public String storagePrefix() {
    return prefix;
  }

  /// The revision at which a key was last written that belongs to no resource; 0 if there is none.
  public long revisionOf(String key) throws InterruptedException {
    return store.get(key).entry().map(Entry::modRevision).orElse(0L);
  }

  /// The bytes that stand for an object, for transactions that carry several.
  public Write put(T object) {
    return new Write.Put(storageKey(ObjectKey.of(object)), form.encode(object));
  }

  /// The object that an entry of the store stands for.
  public T decode(Entry entry) {
    return form.decode(entry.value(), entry.modRevision());
  }

  /// Stores a new object.
  ///
  /// @throws ApiException 409 AlreadyExists even if nothing is stored because it is a dry run
  public T create(Change.Put<T> change, boolean dryRun) throws InterruptedException {
    var key = ObjectKey.of(change.object());
    if (cache.get(key).isPresent() && readFresh(key).isPresent()) {
      throw alreadyExists(key);
    }
    if (dryRun) {
      return change.object();
    }
    return switch (commitPut(key, 0, change)) {
      case CommitResult.Committed(var revision) -> withRevision(change.object(), revision);
      case CommitResult.Refused(var current, _) -> {
        if (current.getFirst().isPresent()) {
          throw alreadyExists(key);
        }
        // What should happen along with it was refused.
        throw ApiException.modified(type.groupResource(), key.name());
      }
    };
  }

  private ApiException alreadyExists(ObjectKey key) {
    return ApiException.alreadyExists(type.groupResource(), key.name());
  }

  /// Changes an object by compare-and-set: the change is computed again whenever somebody else was
  /// faster. It is first tried on what the cache has; what was computed from old state is never the
  /// last word.
  ///
  /// @param dryRun whether to compute the outcome only
  public Written<T> update(ObjectKey key, boolean dryRun, Transformation<T> transformation)
      throws InterruptedException {
    var current = cache.get(key);
    boolean fresh = false;
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      Change<T> change;
      try {
        change = transformation.apply(current.map(Stored::object));
      } catch (ApiException refused) {
        var latest = fresh ? current : readFresh(key);
        if (fresh || sameRevision(latest, current)) {
          throw refused;
        }
        current = latest;
        fresh = true;
        continue;
      }
      var outcome = dryRun ? Optional.of(imagined(current, change)) : perform(key, current, change);
      if (outcome.isPresent()) {
        return outcome.get();
      }
      current = readFresh(key);
      fresh = true;
    }
    throw ApiException.modified(type.groupResource(), key.name());
  }

  /// Computes a change from the current state; empty if there is no such object.
  @FunctionalInterface
  public interface Transformation<T extends KubernetesObject> {
    Change<T> apply(Optional<T> current) throws InterruptedException;
  }

  private Written<T> imagined(Optional<Stored<T>> current, Change<T> change) {
    return switch (change) {
      case Change.Keep<T>(var answer) -> new Written<>(answer, false, false);
      case Change.Put<T>(var object, _, _) ->
          new Written<>(
              current.map(now -> withRevision(object, now.revision())).orElse(object),
              current.isEmpty(),
              false);
      case Change.Remove<T>(var last, _) -> new Written<>(last, false, true);
    };
  }

  private Optional<Written<T>> perform(ObjectKey key, Optional<Stored<T>> current, Change<T> change)
      throws InterruptedException {
    long expected = current.map(Stored::revision).orElse(0L);
    return switch (change) {
      case Change.Keep<T>(var answer) ->
          sameRevision(readFresh(key), current)
              ? Optional.of(new Written<>(answer, false, false))
              : Optional.empty();
      case Change.Put<T> put -> {
        if (put.along().isEmpty()
            && current.isPresent()
            && isSame(current.get(), put.object())
            && !isStoredDifferently(key, current.get())) {
          yield perform(key, current, new Change.Keep<>(current.get().object()));
        }
        yield switch (commitPut(key, expected, put)) {
          case CommitResult.Committed(var revision) ->
              Optional.of(
                  new Written<>(withRevision(put.object(), revision), expected == 0, false));
          case CommitResult.Refused _ -> Optional.empty();
        };
      }
      case Change.Remove<T>(var last, var along) -> {
        var compares = joined(new Compare(storageKey(key), expected), along.compares());
        var writes = joined(new Write.Delete(storageKey(key)), along.writes());
        yield switch (commit(new Transaction(compares, writes))) {
          case CommitResult.Committed(var revision) ->
              Optional.of(new Written<>(withRevision(last, revision), false, true));
          case CommitResult.Refused _ -> Optional.empty();
        };
      }
    };
  }

  private CommitResult commitPut(ObjectKey key, long expected, Change.Put<T> put)
      throws InterruptedException {
    var storageKey = storageKey(key);
    var value = form.encode(put.object());
    var write = new Write.Put(storageKey, value, put.timeToLive());
    var transaction =
        new Transaction(
            joined(new Compare(storageKey, expected), put.along().compares()),
            joined(write, put.along().writes()));
    feed.announce(storageKey, value, put.object());
    CommitResult result = null;
    try {
      result = commit(transaction);
      return result;
    } finally {
      if (!(result instanceof CommitResult.Committed)) {
        feed.withdraw(storageKey);
      }
    }
  }

  /// The newest state, straight from the store.
  private Optional<Stored<T>> readFresh(ObjectKey key) throws InterruptedException {
    return store
        .get(storageKey(key))
        .entry()
        .map(entry -> new Stored<>(StorageLayout.path(key), decode(entry), entry.modRevision()));
  }

  private static <X> List<X> joined(X first, List<? extends X> rest) {
    var all = new ArrayList<X>(rest.size() + 1);
    all.add(first);
    all.addAll(rest);
    return all;
  }

  private boolean isSame(Stored<T> stored, T object) {
    return stored.object().equals(withRevision(object, stored.revision()));
  }

  /// Whether the object would be stored in other bytes today: in another version, encoding or under
  /// another key. Writing it unchanged then is no idle write: that is how stored objects are
  /// brought up to date.
  private boolean isStoredDifferently(ObjectKey key, Stored<T> stored) throws InterruptedException {
    var storageKey = storageKey(key);
    var entry = store.get(storageKey).entry();
    return entry.isPresent()
        && entry.get().modRevision() == stored.revision()
        && (!entry.get().value().equals(form.encode(stored.object())) || store.isStale(storageKey));
  }

  private static <T extends KubernetesObject> boolean sameRevision(
      Optional<Stored<T>> one, Optional<Stored<T>> other) {
    Function<Stored<T>, Long> revision = Stored::revision;
    return one.map(revision).equals(other.map(revision));
  }

  private static <T extends KubernetesObject> T withRevision(T object, long revision) {
    return StoredForm.withRevision(object, Long.toString(revision));
  }
}
