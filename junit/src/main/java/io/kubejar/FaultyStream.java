package io.kubejar;

import io.kubejar.Fault.Effect;
import io.kubejar.apiserver.request.Response;
import io.kubejar.http.Exchange;
import io.kubejar.http.ResponseStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/// The stream of a watch whose events may come late, or never. It takes the stream apart into
/// events: lines of JSON, or protobuf messages behind their lengths.
final class FaultyStream extends ResponseStream {
  private final ResponseStream out;
  private final Exchange exchange;
  private final Traffic.Begun watch;
  private final Traffic traffic;
  private final boolean lines;
  private final ByteArrayOutputStream event = new ByteArrayOutputStream();

  /// Ends the writing of a watch that nobody hears any more.
  private static final class Dropped extends IOException {
    private static final long serialVersionUID = 1L;

    Dropped() {
      super("the watch was dropped by a fault");
    }
  }

  private FaultyStream(
      ResponseStream out, Exchange exchange, Traffic.Begun watch, Traffic traffic, boolean lines) {
    this.out = out;
    this.exchange = exchange;
    this.watch = watch;
    this.traffic = traffic;
    this.lines = lines;
  }

  static Response around(
      Response.Streamed response, Exchange exchange, Traffic.Begun watch, Traffic traffic) {
    boolean lines = !response.headers().firstOr("Content-Type", "").contains("protobuf");
    return new Response.Streamed(
        response.status(),
        response.headers(),
        out -> {
          try {
            response.body().writeTo(new FaultyStream(out, exchange, watch, traffic, lines));
          } catch (Dropped _) {
            out.flush(); // To the client, this is a watch that has ended.
          }
        });
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    event.write(bytes, offset, length);
    if (isWhole()) {
      var whole = event.toByteArray();
      event.reset();
      meet();
      out.write(whole, 0, whole.length);
    }
  }

  @Override
  public void writeShared(byte[] bytes) throws IOException {
    write(bytes, 0, bytes.length);
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  private boolean isWhole() {
    var bytes = event.toByteArray();
    if (lines) {
      return bytes.length > 0 && bytes[bytes.length - 1] == '\n';
    }
    return bytes.length >= Integer.BYTES
        && bytes.length == Integer.BYTES + ByteBuffer.wrap(bytes).getInt();
  }

  private void meet() throws IOException {
    var now = traffic.clock().instant();
    var effect = traffic.faults().ofEvent(now, watch.caller(), watch.target());
    switch (effect.orElse(null)) {
      case Effect.DroppedWatch _ -> throw new Dropped();
      case Effect.DelayedEvent(var by) -> {
        out.flush(); // What came before is not late.
        delay(by);
      }
      case null, default -> {
        // The event goes on.
      }
    }
  }

  private void delay(Duration by) throws IOException {
    try {
      Waiting.on(traffic, by, exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while an event was delayed", e);
    }
  }
}
