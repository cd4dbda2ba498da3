package io.kubejar.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Bytes from the peer on their way from the event loop to a blocking reader. When the reader falls
/// behind, the peer is asked to pause.
final class Inflow extends InputStream {
  private static final int PAUSE_AT = 128 << 10;
  private static final int RESUME_AT = 32 << 10;

  /// Asks the connection for more bytes, or for a pause.
  interface Pace {
    void readOn(boolean more);
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
  private final long limit;
  private final Duration patience;
  private final Pace pace;
  private int offset;
  private long queued;
  private long total;
  private boolean paused;
  private boolean ended;
  private boolean discarding;
  private boolean lifted;
  private volatile long announced;
  private @Nullable IOException failure;
  private @Nullable Runnable beforeFirstRead;

  /// The limit is on all bytes together; the patience on the time between two of them, zero for
  /// none.
  Inflow(long limit, Duration patience, Pace pace) {
    this.limit = limit;
    this.patience = patience;
    this.pace = pace;
  }

  /// Tells how long the body will be.
  void announce(long length) {
    announced = length;
  }

  /// Takes the limit away: who reads passes the bytes on.
  void liftLimit() {
    lock.lock();
    try {
      lifted = true;
    } finally {
      lock.unlock();
    }
  }

  /// Sets what runs when the reader first waits: such as telling the peer to go on.
  void beforeFirstRead(Runnable action) {
    beforeFirstRead = action;
  }

  /// Takes bytes from the peer; called by the event loop. The buffer stays the caller's.
  void offer(ByteBuf bytes) {
    int length = bytes.readableBytes();
    if (length == 0) {
      return;
    }
    lock.lock();
    try {
      total += length;
      if (ended || failure != null) {
        return;
      }
      if (total > limit && discarding) {
        failure = new PeerGoneException("discarded");
      } else if (!discarding) {
        var chunk = new byte[length];
        bytes.getBytes(bytes.readerIndex(), chunk);
        chunks.add(chunk);
        queued += length;
        if (queued > PAUSE_AT && !paused) {
          paused = true;
          pace.readOn(false);
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The peer sent its last byte.
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// No more bytes will come, though more were due.
  void fail(IOException cause) {
    lock.lock();
    try {
      if (!ended && failure == null) {
        failure = cause;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Whether the last byte has arrived, read or not.
  boolean complete() {
    lock.lock();
    try {
      return ended;
    } finally {
      lock.unlock();
    }
  }

  /// How many bytes have arrived.
  long arrived() {
    lock.lock();
    try {
      return total;
    } finally {
      lock.unlock();
    }
  }

  /// Nobody will read any more: throws away what is here and what comes.
  void discard() {
    lock.lock();
    try {
      discarding = true;
      chunks.clear();
      queued = 0;
      resumeIfLow();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int start, int length) throws IOException {
    Objects.checkFromIndexSize(start, length, target.length);
    if (length == 0) {
      return 0;
    }
    lock.lock();
    try {
      awaitBytes();
      var chunk = chunks.peek();
      if (chunk == null) {
        return -1;
      }
      int taken = Math.min(length, chunk.length - offset);
      System.arraycopy(chunk, offset, target, start, taken);
      offset += taken;
      if (offset == chunk.length) {
        chunks.remove();
        offset = 0;
      }
      queued -= taken;
      resumeIfLow();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int available() {
    lock.lock();
    try {
      return (int) queued;
    } finally {
      lock.unlock();
    }
  }

  private void requireWithinLimit() throws IOException {
    if (!lifted && Math.max(total, announced) > limit) {
      chunks.clear();
      queued = 0;
      failure = new BodyTooLargeException(limit);
    }
    if (failure instanceof BodyTooLargeException tooLarge) {
      throw tooLarge;
    }
  }

  private void awaitBytes() throws IOException {
    long left = patience.toNanos();
    requireWithinLimit();
    while (chunks.isEmpty()) {
      if (failure != null) {
        throw failure;
      }
      if (ended) {
        return;
      }
      if (beforeFirstRead != null) {
        beforeFirstRead.run();
        beforeFirstRead = null;
      }
      try {
        if (patience.isZero()) {
          changed.await();
        } else {
          left = changed.awaitNanos(left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while waiting for the peer's bytes");
      }
      requireWithinLimit();
      if (!patience.isZero() && left <= 0 && chunks.isEmpty() && !ended && failure == null) {
        failure =
            new PeerGoneException(
                "the peer sent nothing for "
                    + TimeUnit.NANOSECONDS.toSeconds(patience.toNanos())
                    + " s");
      }
    }
  }

  private void resumeIfLow() {
    if (paused && queued <= RESUME_AT) {
      paused = false;
      pace.readOn(true);
    }
  }
}
