package io.kubejar.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Bytes on their way to the peer. A writer blocks while more than a bounded number of them has not
/// yet been taken by the connection.
final class Outflow {
  /// Larger writes are cut, so that one of them cannot overshoot the bound by much.
  private static final int PIECE = 64 << 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Channel channel;
  private final int limit;
  private final Duration patience;
  private long unsent;
  private long sent;
  private @Nullable IOException failure;

  Outflow(Channel channel, ServerOptions options) {
    this.channel = channel;
    this.limit = options.limits().unsentBytes();
    this.patience = options.timeouts().stalledWrite();
  }

  /// Sends bytes that nobody will change any more, each piece wrapped as the protocol wants it.
  void write(byte[] bytes, int offset, int length, Function<ByteBuf, Object> wrap)
      throws IOException {
    for (int done = 0; done < length; ) {
      int piece = Math.min(PIECE, length - done);
      send(wrap.apply(Unpooled.wrappedBuffer(bytes, offset + done, piece)), piece);
      done += piece;
    }
  }

  /// Sends one message that stands for so many bytes.
  void send(Object message, int bytes) throws IOException {
    try {
      admit(bytes);
    } catch (IOException e) {
      ReferenceCountUtil.release(message);
      throw e;
    }
    if (!channel.isActive()) {
      ReferenceCountUtil.release(message);
      taken(bytes, new ClosedChannelException());
      throw new PeerGoneException("the peer closed the connection");
    }
    channel.writeAndFlush(message).addListener(done -> taken(bytes, done.cause()));
  }

  /// No more bytes can be sent; wakes blocked writers.
  void fail(IOException cause) {
    lock.lock();
    try {
      if (failure == null) {
        failure = cause;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void admit(int bytes) throws IOException {
    lock.lock();
    try {
      long left = patience.toNanos();
      long seen = sent;
      while (failure == null && unsent > 0 && unsent + bytes > limit) {
        left = changed.awaitNanos(left);
        if (sent != seen) {
          seen = sent;
          left = patience.toNanos(); // It goes on, however slowly.
        } else if (left <= 0) {
          failure = new PeerGoneException("the peer took no bytes for " + patience);
          ChannelFuture _ = channel.close();
        }
      }
      if (failure != null) {
        throw new PeerGoneException(String.valueOf(failure.getMessage()));
      }
      unsent += bytes;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while writing to the peer");
    } finally {
      lock.unlock();
    }
  }

  private void taken(int bytes, @Nullable Throwable cause) {
    lock.lock();
    try {
      unsent -= bytes;
      sent += bytes;
      if (cause != null && failure == null) {
        failure = new PeerGoneException("the peer is gone: " + cause.getMessage());
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
