package io.kubejar.client;

import io.kubejar.apimachinery.KubernetesObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A watch over HTTP: a virtual thread reads lines from the response into a bounded buffer. When it
/// is full, the thread waits, the connection's window closes, and the server notices.
final class HttpWatch<T extends KubernetesObject> implements Watch<T> {
  static final int BUFFERED_MAX = 100;

  /// Larger than any object that an API server takes, with room for what JSON adds to it.
  static final int FRAME_MAX = 16 << 20;

  private static final Logger log = LoggerFactory.getLogger(HttpWatch.class);

  private final InputStream stream;
  private final WatchFrames<T> frames;
  private final String path;
  private final BlockingQueue<WatchEvent<T>> buffer = new ArrayBlockingQueue<>(BUFFERED_MAX);
  private final AtomicReference<Runnable> listener = new AtomicReference<>(() -> {});
  private final Thread reader;
  private volatile @Nullable WatchEvent<T> end;

  private HttpWatch(InputStream stream, WatchFrames<T> frames, String path) {
    this.stream = stream;
    this.frames = frames;
    this.path = path;
    reader = Thread.ofVirtual().name("watch " + path).unstarted(this::readAll);
  }

  static <T extends KubernetesObject> HttpWatch<T> start(
      InputStream stream, WatchFrames<T> frames, String path) {
    var watch = new HttpWatch<>(stream, frames, path);
    watch.reader.start();
    return watch;
  }

  @Override
  public @Nullable WatchEvent<T> poll() {
    if (end != null) {
      return end;
    }
    return keepEnd(buffer.poll());
  }

  @Override
  public WatchEvent<T> take() throws InterruptedException {
    var known = end;
    if (known != null) {
      return known;
    }
    var event = buffer.take();
    keepEnd(event);
    return event;
  }

  @Override
  public void onAvailable(Runnable wakeUp) {
    listener.set(wakeUp);
    wakeUp.run();
  }

  @Override
  public void close() {
    WatchEvent<T> closed = new WatchEvent.Closed<>();
    end = closed;
    reader.interrupt();
    buffer.clear();
    buffer.offer(closed); // Wakes whoever waits for an event.
    try {
      stream.close();
    } catch (IOException e) {
      log.debug("Closing a watch failed. path={}", path, e);
    }
    listener.get().run();
  }

  private @Nullable WatchEvent<T> keepEnd(@Nullable WatchEvent<T> event) {
    if (event instanceof WatchEvent.Closed || event instanceof WatchEvent.Failed) {
      end = event;
    }
    return event;
  }

  private void readAll() {
    try {
      WatchEvent<T> last;
      try {
        last = readUntilEnd();
      } catch (IOException lost) {
        log.debug("Watch lost. path={} why={}", path, lost.toString());
        last = new WatchEvent.Closed<>();
      }
      deliver(last);
    } catch (InterruptedException _) {
      log.debug("Watch closed. path={}", path);
    }
  }

  private WatchEvent<T> readUntilEnd() throws IOException, InterruptedException {
    var line = new ByteArrayOutputStream(4096);
    var chunk = new byte[16 * 1024];
    for (int count = stream.read(chunk); count >= 0; count = stream.read(chunk)) {
      int start = 0;
      for (int i = 0; i < count; i++) {
        if (chunk[i] == '\n') {
          line.write(chunk, start, i - start);
          start = i + 1;
          if (line.size() > 0) {
            var event = frames.read(line.toByteArray());
            line.reset();
            if (event instanceof WatchEvent.Failed) {
              return event;
            }
            deliver(event);
          }
        }
      }
      line.write(chunk, start, count - start);
      if (line.size() > FRAME_MAX) {
        return WatchFrames.broken("a watch event larger than " + FRAME_MAX + " bytes");
      }
    }
    return new WatchEvent.Closed<>();
  }

  private void deliver(WatchEvent<T> event) throws InterruptedException {
    buffer.put(event);
    listener.get().run();
  }
}
