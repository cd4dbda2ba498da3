package io.kubejar.client;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An [Informer] fed by a list and then a watch.
///
/// One step is one request or one event. A watch that ends is resumed from the last revision seen;
/// a revision no longer kept means a new list, whose difference to what is known is told as
/// ordinary changes. An event older than what is known is dropped, so the view never moves
/// backwards.
public final class CachedInformer<T extends KubernetesObject> implements Informer<T>, Steppable {
  /// So many objects are asked for at once.
  static final int PAGE_SIZE = 500;

  /// A watch that ends sooner than this without an event counts as a failure.
  private static final Duration SHORT_WATCH = Duration.ofSeconds(1);

  private static final int WATCH_SECONDS_LEAST = 300;

  /// The server ends a watch at its time. One that is still open so much later has lost its server
  /// unnoticed.
  private static final Duration OVERDUE_AFTER = Duration.ofSeconds(30);

  private static final Logger log = LoggerFactory.getLogger(CachedInformer.class);

  private enum State {
    LIST,
    OPEN_WATCH,
    READ_WATCH,
    WAIT
  }

  private final Client client;
  private final ResourceType<T> type;
  private final ListOptions selection;
  private final Clock clock;
  private final RandomGenerator random;
  private final Backoff backoff;
  private final ObjectCache<T> cache = new ObjectCache<>();
  private final List<Runnable> wakeUps = new CopyOnWriteArrayList<>();

  /// Guards handlers and the order in which they are told.
  private final ReentrantLock telling = new ReentrantLock();

  private final List<InformerHandler<T>> handlers = new ArrayList<>();
  private final List<Runnable> syncedActions = new ArrayList<>();

  // Only the stepping thread touches these.
  private State state = State.LIST;
  private State afterWait = State.LIST;
  private final Map<ObjectKey, T> listed = new LinkedHashMap<>();
  private String continueToken = "";
  private String resourceVersion = "";
  private boolean pages = true;
  private @Nullable Watch<T> watch;
  private Instant watchOpened = Instant.MIN;
  private boolean watchGaveEvents;
  private Clock.Timer overdueTimer = () -> {};

  private volatile boolean synced;
  private volatile boolean retired;
  private volatile boolean waitOver;
  private volatile boolean overdue;

  public CachedInformer(
      Client client,
      ResourceType<T> type,
      ListOptions selection,
      Clock clock,
      RandomGenerator random) {
    this.client = client;
    this.type = type;
    this.selection = selection;
    this.clock = clock;
    this.random = random;
    backoff = new Backoff(clock, random);
  }

  @Override
  public boolean synced() {
    return synced;
  }

  @Override
  public void onSynced(Runnable action) {
    telling.lock();
    try {
      if (!synced) {
        syncedActions.add(action);
        return;
      }
    } finally {
      telling.unlock();
    }
    action.run();
  }

  @Override
  public List<T> list() {
    return cache.list();
  }

  @Override
  public Optional<T> find(ObjectKey key) {
    return Optional.ofNullable(cache.get(key));
  }

  @Override
  public List<T> byIndex(String index, String value) {
    return cache.byIndex(index, value);
  }

  @Override
  public void addIndex(String index, Function<T, Collection<String>> values) {
    cache.addIndex(index, values);
  }

  @Override
  public void addHandler(InformerHandler<T> handler) {
    telling.lock();
    try {
      handlers.add(handler);
      cache.list().forEach(handler::onAdd);
    } finally {
      telling.unlock();
    }
  }

  @Override
  public void onWork(Runnable wakeUp) {
    wakeUps.add(wakeUp);
  }

  @Override
  public boolean step() throws InterruptedException {
    if (retired) {
      closeWatch();
      return false;
    }
    try {
      return switch (state) {
        case LIST -> listPage();
        case OPEN_WATCH -> openWatch();
        case READ_WATCH -> readWatch();
        case WAIT -> endWait();
      };
    } catch (ApiException refused) {
      onRefused(refused);
      return true;
    }
  }

  /// Ends the watch. The informer keeps what it has.
  public void close() {
    closeWatch();
  }

  /// Ends the informer at its next step: there is nothing left to follow.
  void retire() {
    retired = true;
    wake();
  }

  private boolean listPage() throws InterruptedException {
    var page =
        client.list(
            type, selection.withLimit(pages ? PAGE_SIZE : 0).withContinueToken(continueToken));
    page.items().forEach(object -> listed.put(ObjectKey.of(object), object));
    continueToken = page.continueToken();
    if (continueToken.isEmpty()) {
      resourceVersion = page.resourceVersion();
      pages = true;
      replaceAll();
      listed.clear();
      state = State.OPEN_WATCH;
    }
    return true;
  }

  private void replaceAll() {
    List<Runnable> actions;
    telling.lock();
    try {
      for (var key : cache.keys().stream().sorted().toList()) {
        var fresh = listed.get(key);
        if (fresh == null) {
          removed(key, null);
        }
      }
      listed.values().forEach(this::changed);
      synced = true;
      actions = List.copyOf(syncedActions);
      syncedActions.clear();
    } finally {
      telling.unlock();
    }
    actions.forEach(Runnable::run);
  }

  private boolean openWatch() throws InterruptedException {
    int seconds = WATCH_SECONDS_LEAST + random.nextInt(WATCH_SECONDS_LEAST);
    var options = WatchOptions.after(selection, resourceVersion).withTimeoutSeconds(seconds);
    var opened = client.watch(type, options);
    watch = opened;
    watchOpened = clock.instant();
    watchGaveEvents = false;
    overdue = false;
    overdueTimer = clock.schedule(OVERDUE_AFTER.plusSeconds(seconds), this::fallOverdue);
    state = State.READ_WATCH;
    opened.onAvailable(this::wake);
    return true;
  }

  private void fallOverdue() {
    overdue = true;
    wake();
  }

  private boolean readWatch() throws InterruptedException {
    var event = Objects.requireNonNull(watch).poll();
    if (event == null) {
      return overdue && reopen();
    }
    switch (event) {
      case WatchEvent.Added<T>(var object) -> onChanged(object);
      case WatchEvent.Modified<T>(var object) -> onChanged(object);
      case WatchEvent.Deleted<T>(var object) -> onDeleted(object);
      case WatchEvent.Bookmark<T>(var version, _) -> seen(version);
      case WatchEvent.Failed<T>(var status) -> {
        closeWatch();
        onRefused(new ApiException(status));
      }
      case WatchEvent.Closed<T>() -> {
        closeWatch();
        boolean tooShort =
            !watchGaveEvents && clock.instant().isBefore(watchOpened.plus(SHORT_WATCH));
        state = State.OPEN_WATCH;
        if (tooShort) {
          waitThen(State.OPEN_WATCH);
        }
      }
    }
    return true;
  }

  private boolean reopen() {
    log.debug("Watch is overdue and opened anew. resource={}", type);
    closeWatch();
    state = State.OPEN_WATCH;
    return true;
  }

  private void onChanged(T object) {
    seen(object.metadata().resourceVersion());
    telling.lock();
    try {
      changed(object);
    } finally {
      telling.unlock();
    }
  }

  private void onDeleted(T object) {
    seen(object.metadata().resourceVersion());
    telling.lock();
    try {
      removed(ObjectKey.of(object), object);
    } finally {
      telling.unlock();
    }
  }

  private void seen(String version) {
    watchGaveEvents = true;
    resourceVersion = version;
  }

  private void changed(T object) {
    var known = cache.get(ObjectKey.of(object));
    if (known == null) {
      cache.put(object);
      handlers.forEach(handler -> handler.onAdd(object));
      return;
    }
    var version = object.metadata().resourceVersion();
    var knownVersion = known.metadata().resourceVersion();
    if (version.equals(knownVersion) || ResourceVersions.isOlder(version, knownVersion)) {
      return;
    }
    cache.put(object);
    if (known.metadata().uid().equals(object.metadata().uid())) {
      handlers.forEach(handler -> handler.onUpdate(known, object));
    } else {
      // Deleted and made anew while nobody looked: another object of the same name.
      handlers.forEach(handler -> handler.onDelete(known));
      handlers.forEach(handler -> handler.onAdd(object));
    }
  }

  private void removed(ObjectKey key, @Nullable T last) {
    var known = cache.get(key);
    if (known == null) {
      return;
    }
    if (last != null
        && ResourceVersions.isOlder(
            last.metadata().resourceVersion(), known.metadata().resourceVersion())) {
      return;
    }
    cache.remove(key);
    handlers.forEach(handler -> handler.onDelete(last == null ? known : last));
  }

  private void onRefused(ApiException refused) {
    if (refused.isExpired()) {
      log.debug(
          "Lists again, the revision is gone. resource={} why={}", type, refused.getMessage());
      pages = continueToken.isEmpty();
      startList();
      return;
    }
    if (state == State.LIST) {
      startList();
    }
    log.warn("Informer was refused. resource={} why={}", type, refused.getMessage());
    waitThen(state == State.LIST ? State.LIST : State.OPEN_WATCH);
  }

  private void startList() {
    continueToken = "";
    listed.clear();
    state = State.LIST;
  }

  private void waitThen(State next) {
    state = State.WAIT;
    afterWait = next;
    waitOver = false;
    clock.schedule(
        backoff.next(),
        () -> {
          waitOver = true;
          wake();
        });
  }

  private boolean endWait() {
    if (!waitOver) {
      return false;
    }
    state = afterWait;
    return true;
  }

  private void closeWatch() {
    var open = watch;
    if (open != null) {
      watch = null;
      overdueTimer.cancel();
      open.close();
    }
  }

  private void wake() {
    wakeUps.forEach(Runnable::run);
  }
}
