package io.kubejar.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A watch as a place in the history: it remembers only the revision it needs next.
///
/// [#advance(State)] is called by one thread at a time, with states that never go back.
final class WatchCursor implements Watch {
  private static final Logger LOG = LoggerFactory.getLogger(WatchCursor.class);

  /// How many events the listener gets at once, unless one revision alone has more.
  private static final int BATCH_EVENTS = 1000;

  private final WatchRequest request;
  private final WatchListener listener;
  private final Consumer<WatchCursor> onClose;
  private long next;
  private long told;
  private volatile boolean closed;

  /// @param start the newest state when the watch was asked for
  WatchCursor(
      WatchRequest request, WatchListener listener, State start, Consumer<WatchCursor> onClose) {
    this.request = request;
    this.listener = listener;
    this.onClose = onClose;
    this.next = request.fromRevision() == 0 ? start.revision() + 1 : request.fromRevision();
    this.told = 0;
  }

  /// Tells the listener everything up to the state's revision that it does not know yet.
  void advance(State state) {
    try {
      while (!closed && next <= state.revision()) {
        if (next <= state.compacted()) {
          fail(new CompactedException(next, state.compacted()));
          return;
        }
        deliverBatch(state);
      }
      if (!closed && told < state.revision()) {
        told = state.revision();
        listener.onProgress(told);
      }
    } catch (RuntimeException | AssertionError e) {
      LOG.error("watch listener failed, watch ends prefix={} next={}", request.prefix(), next, e);
      close();
    }
  }

  private void deliverBatch(State state) {
    var events = new ArrayList<Event>();
    long upTo = next - 1;
    for (var changes = state.changesFrom(next); changes.hasNext(); ) {
      var change = changes.next();
      for (var event : change.events()) {
        if (event.key().startsWith(request.prefix())) {
          events.add(request.previousValues() ? event : withoutPrevious(event));
        }
      }
      upTo = change.revision();
      if (events.size() >= BATCH_EVENTS) {
        break;
      }
    }
    next = upTo + 1;
    if (!events.isEmpty()) {
      told = upTo;
      listener.onEvents(List.copyOf(events), upTo);
    }
  }

  private static Event withoutPrevious(Event event) {
    return switch (event) {
      case Event.Put(var entry, _) -> new Event.Put(entry, Optional.empty());
      case Event.Deleted(var key, var revision, _) ->
          new Event.Deleted(key, revision, Optional.empty());
    };
  }

  /// Ends the watch with a last word to the listener.
  void fail(StoreException error) {
    if (!closed) {
      close();
      try {
        listener.onError(error);
      } catch (RuntimeException e) {
        LOG.error("watch listener failed to take an error prefix={}", request.prefix(), e);
      }
    }
  }

  boolean isClosed() {
    return closed;
  }

  /// Nothing to do: the listener always knows the published revision, or is about to.
  @Override
  public void requestProgress() {}

  @Override
  public void close() {
    closed = true;
    onClose.accept(this);
  }
}
