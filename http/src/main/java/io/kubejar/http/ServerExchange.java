package io.kubejar.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One request being handled.
final class ServerExchange implements Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(ServerExchange.class);

  /// Answers up to this size go out in one step.
  private static final int SHORT = 32 << 10;

  private final RequestHead head;
  private final Inflow body;
  private final Wire wire;
  private final Peer peer;
  private final AtomicBoolean answered = new AtomicBoolean();
  private final Object cancelLock = new Object();
  private final List<Runnable> cancelActions = new ArrayList<>();
  private boolean cancelled;
  private volatile @Nullable AutoCloseable open;

  ServerExchange(RequestHead head, Inflow body, Wire wire, Peer peer) {
    this.head = head;
    this.body = body;
    this.wire = wire;
    this.peer = peer;
    if (head.headers().lists("Expect", "100-continue")) {
      body.beforeFirstRead(wire::goAhead);
    }
  }

  @Override
  public String method() {
    return head.method();
  }

  @Override
  public String rawPath() {
    return head.rawPath();
  }

  @Override
  public String rawQuery() {
    return head.rawQuery();
  }

  @Override
  public Headers headers() {
    return head.headers();
  }

  @Override
  public String scheme() {
    return head.scheme();
  }

  @Override
  public InetSocketAddress peer() {
    return peer.address();
  }

  @Override
  public List<X509Certificate> peerCertificates() {
    return peer.certificates();
  }

  @Override
  public boolean http2() {
    return head.http2();
  }

  @Override
  public InputStream body() {
    return body;
  }

  @Override
  public InputStream unlimitedBody() {
    body.liftLimit();
    return body;
  }

  @Override
  public void reply(int status, Headers headers, byte[] content) throws IOException {
    claim();
    boolean bodiless = status == 204 || status == 304;
    if (bodiless || content.length == 0 || isHead()) {
      wire.head(status, headers, bodiless ? Wire.UNKNOWN_LENGTH : content.length, true);
      return;
    }
    if (content.length <= SHORT) {
      wire.answer(status, headers, content);
      return;
    }
    wire.head(status, headers, content.length, false);
    wire.outflow().write(content, 0, content.length, wire::data);
    wire.end();
  }

  @Override
  public ResponseStream stream(int status, Headers headers) throws IOException {
    claim();
    long length = headers.first("Content-Length").map(Long::parseLong).orElse(Wire.UNKNOWN_LENGTH);
    wire.head(status, headers.without("Content-Length"), length, isHead());
    var stream = new AnswerStream(wire, isHead());
    open = stream;
    return stream;
  }

  @Override
  public void onCancel(Runnable action) {
    synchronized (cancelLock) {
      if (!cancelled) {
        cancelActions.add(action);
        return;
      }
    }
    action.run();
  }

  @Override
  public boolean cancelled() {
    synchronized (cancelLock) {
      return cancelled;
    }
  }

  @Override
  public boolean isUpgrade() {
    return head.upgrade();
  }

  @Override
  public Upgraded upgrade(Headers headers) throws IOException {
    claimUpgrade();
    var upgraded = wire.upgrade(headers);
    open = upgraded;
    return upgraded;
  }

  @Override
  public WebSocketStream webSocket(String subprotocol, Headers headers) throws IOException {
    if (!WebSocketSession.offered(head.headers())) {
      reply(400, "text/plain; charset=utf-8", "not a WebSocket handshake\n");
      throw new PeerGoneException("not a WebSocket handshake");
    }
    claimUpgrade();
    var webSocket =
        wire.webSocket(subprotocol, WebSocketSession.accept(head.headers(), subprotocol, headers));
    open = webSocket;
    return webSocket;
  }

  /// Runs the handler and sees to it that the request gets exactly one answer.
  void run(HttpHandler handler) {
    try {
      handler.handle(this);
      finish();
    } catch (BodyTooLargeException e) {
      answerFor(413, "the request body is too large");
    } catch (PeerGoneException e) {
      LOG.debug("peer gone method={} path={}: {}", method(), rawPath(), e.getMessage());
      wire.abort();
    } catch (InterruptedException e) {
      wire.abort(); // The thread ends here: nobody is left to tell.
    } catch (Exception e) {
      LOG.error("handler failed method={} path={}", method(), rawPath(), e);
      answerFor(500, "internal error");
    } catch (Error e) {
      wire.abort();
      throw e;
    }
  }

  /// The peer went away or gave up. Called by the event loop.
  void cancel(String why) {
    List<Runnable> actions;
    synchronized (cancelLock) {
      if (cancelled) {
        return;
      }
      cancelled = true;
      actions = List.copyOf(cancelActions);
      cancelActions.clear();
    }
    body.fail(new PeerGoneException(why));
    for (var action : actions) {
      try {
        action.run();
      } catch (RuntimeException e) {
        LOG.error("cancel action failed method={} path={}", method(), rawPath(), e);
      }
    }
  }

  /// Asks an answer without an end to come to one. Called by any thread.
  void cancelIfStreaming(String why) {
    if (open != null) {
      cancel(why);
    }
  }

  Inflow inflow() {
    return body;
  }

  RequestHead head() {
    return head;
  }

  private boolean isHead() {
    return head.method().equals("HEAD");
  }

  private void finish() throws Exception {
    var unfinished = open;
    if (unfinished != null) {
      unfinished.close();
    } else if (!answered.get() && cancelled()) {
      wire.abort(); // Nobody waits for an answer any more.
    } else if (!answered.get()) {
      LOG.error("handler gave no answer method={} path={}", method(), rawPath());
      answerFor(500, "no answer");
    }
  }

  private void answerFor(int status, String message) {
    if (answered.get()) {
      wire.abort();
      return;
    }
    try {
      reply(status, "text/plain; charset=utf-8", message + "\n");
    } catch (IOException e) {
      LOG.debug("peer gone before the answer {}: {}", status, e.getMessage());
      wire.abort();
    }
  }

  private void claim() throws IOException {
    if (cancelled() && peer.gone()) {
      throw new PeerGoneException("the peer went away");
    }
    if (!answered.compareAndSet(false, true)) {
      throw new IllegalStateException("a second answer to " + method() + " " + rawPath());
    }
  }

  private void claimUpgrade() throws IOException {
    if (!isUpgrade()) {
      throw new IllegalStateException("not an upgrade request: " + method() + " " + rawPath());
    }
    claim();
  }
}
