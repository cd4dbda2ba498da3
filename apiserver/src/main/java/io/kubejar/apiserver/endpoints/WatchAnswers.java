package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apiserver.cache.ObjectWatch;
import io.kubejar.apiserver.cache.WatchItem;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.request.WebSocketOffer;
import io.kubejar.apiserver.strategy.Strategy;
import io.kubejar.apiserver.wire.OutputFormat;
import io.kubejar.apiserver.wire.OutputFormat.Encoding;
import io.kubejar.http.Headers;
import io.kubejar.http.ResponseStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Streams a watch to a client until either of them, or the clock, ends it.
final class WatchAnswers<T extends KubernetesObject> {
  private static final String STREAM = ";stream=watch";

  /// How long before its end a watch gets a last bookmark, so that its successor begins as late as
  /// can be.
  private static final Duration LAST_BOOKMARK = Duration.ofSeconds(2);

  private final Strategy<T> strategy;
  private final Serving serving;

  WatchAnswers(Strategy<T> strategy, Serving serving) {
    this.strategy = strategy;
    this.serving = serving;
  }

  /// A stream that only says why there is none: watchers look for expired revisions among the
  /// events.
  Response failed(Request request, OutputFormat format, Status status) {
    var frames = WatchFrames.of(strategy, serving, request, format);
    request.beginning().isOver();
    return answer(request, format, out -> frames.error(status, out), () -> {});
  }

  /// @param bookmarks whether the client understands them
  /// @param timeoutSeconds when to end; 0 leaves that to the server
  Response stream(
      Request request,
      OutputFormat format,
      ObjectWatch<T> watch,
      boolean bookmarks,
      long timeoutSeconds) {
    var timeout = serving.timeout(timeoutSeconds);
    return answer(
        request,
        format,
        out -> new Stream(request, format, watch, bookmarks, timeout).run(out),
        watch::close);
  }

  /// The refusal of a format in which events cannot follow each other.
  static ApiException notAStream() {
    return ApiException.notAcceptable(
        "only the following media types are accepted: "
            + Encoding.JSON.mediaType()
            + STREAM
            + ", "
            + Encoding.PROTOBUF.mediaType()
            + STREAM);
  }

  private static Response answer(
      Request request, OutputFormat format, Response.Body events, Runnable stop) {
    boolean text = format.encoding() != Encoding.PROTOBUF;
    return WebSocketOffer.of(request)
        .map(offer -> WatchSocket.answer(request, offer, text, events, stop))
        .orElseGet(() -> new Response.Streamed(200, headers(format), events));
  }

  private static Headers headers(OutputFormat format) {
    var mediaType =
        format.encoding() == Encoding.PROTOBUF
            ? Encoding.PROTOBUF.mediaType() + STREAM
            : Encoding.JSON.mediaType();
    return Headers.of("Cache-Control", "no-cache, private", "Content-Type", mediaType);
  }

  /// One client's stream.
  private final class Stream {
    private final Request request;
    private final ObjectWatch<T> watch;
    private final boolean bookmarks;
    private final WatchFrames<T> frames;
    private final Instant begin;
    private final Instant end;
    private Instant nextBookmark;
    private boolean begun;

    Stream(
        Request request,
        OutputFormat format,
        ObjectWatch<T> watch,
        boolean bookmarks,
        Duration timeout) {
      this.request = request;
      this.watch = watch;
      this.bookmarks = bookmarks;
      frames = WatchFrames.of(strategy, serving, request, format);
      var now = serving.clock().instant();
      begin = now;
      end = now.plus(timeout);
      nextBookmark = bookmarkAfter(now);
    }

    /// When the next bookmark is due; never is told as the end.
    private Instant bookmarkAfter(Instant now) {
      var regular = now.plus(Serving.BOOKMARK_INTERVAL);
      var last = end.minus(LAST_BOOKMARK);
      if (!bookmarks || !last.isAfter(now)) {
        return end;
      }
      return last.isBefore(regular) ? last : regular;
    }

    void run(ResponseStream out) throws IOException, InterruptedException {
      try (watch) {
        request.exchange().onCancel(watch::close);
        out.flush(); // Clients wait for the head even if nothing happens.
        while (true) {
          var item = watch.poll();
          if (item == null) {
            out.flush();
            request.beginning().isOver();
            begun = true;
            item = await();
          }
          if (item instanceof WatchItem.Closed<T> || (item == null && ended())) {
            return;
          }
          if (item != null && !write(item, out)) {
            return;
          }
          if (out instanceof MessageStream) {
            out.flush(); // The end of the message.
          }
        }
      } finally {
        request.beginning().isOver();
      }
    }

    /// The next item, or null when the time has come for something else.
    private @Nullable WatchItem<T> await() throws InterruptedException {
      var now = serving.clock().instant();
      if (!now.isBefore(nextBookmark) && now.isBefore(end)) {
        nextBookmark = bookmarkAfter(now);
        // Asked before looking: all changes up to it have been offered by now.
        long revision = serving.revision().getAsLong();
        var item = watch.poll();
        return item == null ? new WatchItem.Bookmark<>(revision, false) : item;
      }
      var timer =
          serving.clock().schedule(Duration.between(now, nextBookmark), watch::interruptWaiting);
      try {
        return watch.take().orElse(null);
      } finally {
        timer.cancel();
      }
    }

    private boolean ended() {
      return !serving.clock().instant().isBefore(end);
    }

    /// False if this was the last item.
    private boolean write(WatchItem<T> item, ResponseStream out) throws IOException {
      switch (item) {
        case WatchItem.Change<T>(var change, var object) -> {
          // What a watch begins with may be very much, and few others begin with it now.
          frames.change(change, begun ? object : object.fleeting(), out);
          serving.metrics().watchEvent(request.info());
        }
        case WatchItem.Bookmark<T>(var revision, var initialEnd) -> {
          if (bookmarks) {
            frames.bookmark(revision, initialEnd, out);
            if (initialEnd) {
              var took = Duration.between(begin, serving.clock().instant());
              serving.metrics().watchBegan(request, took);
            }
            serving.metrics().watchEvent(request.info());
          }
        }
        case WatchItem.Failed<T>(Status status) -> {
          frames.error(status, out);
          return false;
        }
        case WatchItem.Closed<T> _ -> {
          return false;
        }
      }
      return true;
    }
  }
}
