package io.kubejar.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;

/// One request and the way to answer it. Exactly one of [#reply], [#stream], [#upgrade] and
/// [#webSocket] may be called, once.
public interface Exchange {
  String method();

  /// The path as sent, still percent-encoded, without the query.
  String rawPath();

  /// The query as sent, without the question mark; empty if there is none.
  String rawQuery();

  Headers headers();

  /// `https` or `http`.
  String scheme();

  InetSocketAddress peer();

  /// The peer's certificate chain, leaf first, if it presented one that the server's trusted
  /// certificates vouch for right now; otherwise empty. What was presented and is not trusted never
  /// shows.
  List<X509Certificate> peerCertificates();

  boolean http2();

  /// The request's body. Reading blocks until bytes are there; a body beyond the server's limit
  /// throws [BodyTooLargeException], a peer that went away [PeerGoneException].
  InputStream body();

  /// The same body without the limit, for who passes it on without collecting it.
  InputStream unlimitedBody();

  /// Answers with a complete body, which must not be changed afterwards. A field `Connection:
  /// close` makes the connection end when its requests are answered; HTTP/2 has a frame for it.
  /// Blocks while the peer does not read.
  void reply(int status, Headers headers, byte[] body) throws IOException;

  /// Answers with a text body.
  default void reply(int status, String contentType, String body) throws IOException {
    reply(status, Headers.of("Content-Type", contentType), body.getBytes(StandardCharsets.UTF_8));
  }

  /// Sends the head at once and lets the body follow for as long as the handler likes. The stream
  /// ends when it is closed or the handler returns.
  ResponseStream stream(int status, Headers headers) throws IOException;

  /// Runs the action once when the peer goes away or gives up on this request before its end, at
  /// once if that has already happened; and when the server drains while the answer streams, which
  /// can then still be ended in good order. Use it to wake whatever the handler blocks on; it must
  /// not block.
  void onCancel(Runnable action);

  /// Whether the peer went away or gave up on this request.
  boolean cancelled();

  /// Whether the request asks to leave HTTP (`Connection: Upgrade`), and may.
  boolean isUpgrade();

  /// Answers 101 with these headers (which name the new protocol) and hands over the connection's
  /// raw bytes, including those that came early. The connection ends when the result is closed or
  /// the handler returns. (Over TLS by tcnative, a peer that ends its direction ends both.)
  Upgraded upgrade(Headers headers) throws IOException;

  /// Accepts a WebSocket handshake. The subprotocol is one that the peer offered, or empty for
  /// none.
  WebSocketStream webSocket(String subprotocol, Headers headers) throws IOException;
}
