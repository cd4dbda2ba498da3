package io.kubejar.apiserver.request;

import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import io.kubejar.http.ResponseStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// What the server answers.
public sealed interface Response {

  /// An answer whose bytes are all there.
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  record Whole(int status, Headers headers, byte[] body) implements Response {}

  /// A large answer that is put together while it is sent, so that nobody has to hold all of it at
  /// once. It can be put together again.
  record Composed(int status, Headers headers, Body body) implements Response {
    /// All of it at once, for those who cannot do with less.
    public Whole whole() throws IOException, InterruptedException {
      var bytes = new ByteArrayOutputStream();
      body.writeTo(
          new ResponseStream() {
            @Override
            public void write(byte[] part, int offset, int count) {
              bytes.write(part, offset, count);
            }

            @Override
            public void writeShared(byte[] part) {
              bytes.writeBytes(part);
            }
          });
      return new Whole(status, headers, bytes.toByteArray());
    }
  }

  /// An answer that is written while it is made.
  record Streamed(int status, Headers headers, Body body) implements Response {}

  /// The handler talks to the peer itself: upgraded connections.
  record TakenOver(Conversation conversation) implements Response {}

  /// Writes a streamed answer.
  @FunctionalInterface
  interface Body {
    void writeTo(ResponseStream out) throws IOException, InterruptedException;
  }

  /// Everything after the request's head.
  @FunctionalInterface
  interface Conversation {
    void run(Exchange exchange) throws IOException, InterruptedException;
  }

  static Response text(int status, String body) {
    var headers = Headers.of("Content-Type", "text/plain; charset=utf-8");
    return new Whole(status, headers, body.getBytes(StandardCharsets.UTF_8));
  }

  static Response of(int status, String contentType, byte[] body) {
    return new Whole(status, Headers.of("Content-Type", contentType), body);
  }

  /// This answer with a further header.
  default Response with(String name, String value) {
    return switch (this) {
      case Whole whole -> new Whole(whole.status, whole.headers.with(name, value), whole.body);
      case Composed composed ->
          new Composed(composed.status, composed.headers.with(name, value), composed.body);
      case Streamed streamed ->
          new Streamed(streamed.status, streamed.headers.with(name, value), streamed.body);
      case TakenOver taken -> taken;
    };
  }

  /// The status for metrics and audit; 101 for conversations.
  default int statusCode() {
    return switch (this) {
      case Whole whole -> whole.status;
      case Composed composed -> composed.status;
      case Streamed streamed -> streamed.status;
      case TakenOver _ -> 101;
    };
  }
}
