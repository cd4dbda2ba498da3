package io.kubejar.storage.etcd;

import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.kubejar.storage.CompactedException;
import io.kubejar.storage.Event;
import io.kubejar.storage.StoreClosedException;
import io.kubejar.storage.StoreException;
import io.kubejar.storage.UnavailableException;
import io.kubejar.storage.Watch;
import io.kubejar.storage.WatchListener;
import io.kubejar.storage.WatchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A watch that goes on at another member when its own one fails.
///
/// All it needs to remember is the next revision: it asks for events from there on, whichever
/// member answers, and drops what an answer holds beyond that. One virtual thread reads the stream
/// and calls the listener; while the listener is busy, nothing more is asked for, and etcd keeps
/// the rest.
final class EtcdWatch implements Watch {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdWatch.class);
  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long LONGEST_PAUSE_MILLIS = 2000;

  /// A member that has just started says "permission denied" to tokens and users that it will know
  /// in a moment. Heard this often in a row, with a pause and a login in between, it is believed.
  private static final int DENIALS_BELIEVED = 5;

  private final EtcdStore store;
  private final EtcdMembers members;
  private final WatchRequest request;
  private final WatchListener listener;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private @Nullable EtcdWatchStream stream;
  private volatile @Nullable StoreException end;
  private boolean progressWanted;
  private volatile boolean closed;
  private long next;
  private int failures;
  private int denials;

  EtcdWatch(EtcdStore store, EtcdMembers members, WatchRequest request, WatchListener listener) {
    this.store = store;
    this.members = members;
    this.request = request;
    this.listener = listener;
    this.next = request.fromRevision();
  }

  void start(Runnable onEnd) {
    Thread.ofVirtual()
        .name("storage-watch " + request.prefix())
        .start(
            () -> {
              try {
                run();
              } finally {
                onEnd.run();
              }
            });
  }

  private void run() {
    try {
      while (!closed) {
        follow();
        pause();
      }
    } catch (StoreException e) {
      endWith(e);
    } catch (InterruptedException e) {
      // Nobody but the listener can have done that, on its own thread: it wants to end.
      endWith(new UnavailableException("the watch was interrupted", e));
    } catch (RuntimeException | AssertionError e) {
      LOG.error("watch listener failed, watch ends prefix={} next={}", request.prefix(), next, e);
      close();
    }
    var last = end;
    if (last != null) {
      tell(last);
    }
  }

  private void tell(StoreException last) {
    try {
      listener.onError(last);
    } catch (RuntimeException e) {
      LOG.error("watch listener failed to take an error prefix={}", request.prefix(), e);
    }
  }

  /// Ends the watch with a last word to the listener, which its own thread says.
  private void endWith(StoreException error) {
    lock.lock();
    try {
      if (!closed) {
        end = error;
      }
    } finally {
      lock.unlock();
    }
    close();
  }

  /// Reads one stream until it breaks.
  private void follow() throws InterruptedException {
    int member = -1;
    try {
      if (next == 0) {
        // A member that lags behind would begin at a revision that we know already.
        next = store.revision() + 1;
      }
      var chosen = members.current();
      member = chosen.number();
      try (var opened = EtcdWatchStream.open(chosen.channel(), request, next)) {
        if (!use(opened)) {
          return;
        }
        read(opened);
      } finally {
        use(null);
      }
    } catch (StatusRuntimeException e) {
      if (closed) {
        return;
      }
      if (EtcdErrors.kindOf(e) == EtcdErrors.Kind.LOGIN_NEEDED && members.tokenRefused()) {
        return;
      }
      LOG.debug("watch stream broke next={} reason=\"{}\"", next, EtcdErrors.describe(e));
      if (member >= 0) {
        members.failed(member);
      }
    } catch (UnavailableException e) {
      LOG.debug("watch waits for etcd next={} reason=\"{}\"", next, e.getMessage());
    }
  }

  /// Makes a stream the one to cancel on close; false if that has happened already.
  private boolean use(@Nullable EtcdWatchStream opened) {
    lock.lock();
    try {
      stream = opened;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void read(EtcdWatchStream opened) throws InterruptedException {
    while (!closed) {
      var response = opened.take();
      if (response.getCompactRevision() > 0) {
        throw new CompactedException(next, response.getCompactRevision());
      }
      if (response.getCanceled()) {
        throw canceled(response.getCancelReason());
      }
      if (response.getCreated()) {
        created(opened);
      } else if (response.getEventsCount() > 0) {
        deliver(response);
      } else {
        progress(response.getHeader().getRevision());
      }
    }
  }

  /// Some reasons pass elsewhere or after a login; the others would come again.
  private RuntimeException canceled(String reason) {
    if (reason.contains("no leader")) {
      return Status.UNAVAILABLE.withDescription(reason).asRuntimeException();
    }
    boolean maybeOldToken =
        reason.contains("auth token")
            || reason.contains("user name is empty") // What etcd makes of a token it forgot.
            || (reason.contains("permission denied") && denials < DENIALS_BELIEVED);
    denials++;
    if (maybeOldToken && members.tokenRefused()) {
      return Status.UNAUTHENTICATED.withDescription(reason).asRuntimeException();
    }
    endWith(new UnavailableException("etcd ended the watch: " + reason, null));
    return Status.CANCELLED.asRuntimeException();
  }

  /// etcd accepts a watch from exactly the compacted revision, although, before 3.4.36, 3.5.18 and
  /// 3.6, deletes of that revision are gone. So we ask whether the revision before can be read.
  private void created(EtcdWatchStream opened) throws InterruptedException {
    denials = 0;
    if (next > 1 && store.isCompacted(next - 1)) {
      throw new CompactedException(next, 0);
    }
    failures = Math.min(failures, 1);
    boolean wanted;
    lock.lock();
    try {
      wanted = progressWanted;
    } finally {
      lock.unlock();
    }
    if (wanted) {
      opened.requestProgress();
    }
  }

  /// etcd never splits a revision, so a revision that has begun before `next` is known as a whole.
  private void deliver(WatchResponse response) {
    List<Event> events = new ArrayList<>(response.getEventsCount());
    for (var event : response.getEventsList()) {
      if (event.getKv().getModRevision() >= next) {
        events.add(EtcdMessages.event(event));
      }
    }
    if (!events.isEmpty() && !closed) {
      long upTo = events.getLast().revision();
      next = upTo + 1;
      failures = 0;
      listener.onEvents(List.copyOf(events), upTo);
    }
  }

  private void progress(long revision) {
    lock.lock();
    try {
      progressWanted = false;
    } finally {
      lock.unlock();
    }
    if (revision >= next - 1 && !closed) {
      next = revision + 1;
      listener.onProgress(revision);
    }
  }

  /// Waits before the next attempt, longer each time; not at all after the first failure.
  private void pause() throws InterruptedException {
    int failed = failures++;
    if (failed == 0) {
      return;
    }
    long millis = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failed, 10));
    lock.lockInterruptibly();
    try {
      long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
      while (!closed && nanos > 0) {
        nanos = ended.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Before 3.4.31 and 3.5.13 an answer could overtake events (etcd's issue 15220), so such members
  /// are not asked; they tell progress now and then by themselves, which is sound.
  @Override
  public void requestProgress() {
    EtcdWatchStream current;
    lock.lock();
    try {
      progressWanted = true;
      current = stream;
    } finally {
      lock.unlock();
    }
    if (current != null) {
      current.requestProgress();
    }
  }

  void storeClosed() {
    endWith(new StoreClosedException("the store was closed"));
  }

  @Override
  public void close() {
    EtcdWatchStream current;
    lock.lock();
    try {
      closed = true;
      ended.signalAll();
      current = stream;
    } finally {
      lock.unlock();
    }
    if (current != null) {
      current.close();
    }
  }
}
