package io.kubejar.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves HTTP/1.1 and HTTP/2 on one port.
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int BACKLOG = 1024;
  private static final int KEEPALIVE_SECONDS = 30;
  private static final Duration CLOSING = Duration.ofSeconds(1);

  private final EventLoopGroup eventLoops;
  private final Channel listener;
  private final ChannelGroup connections;
  private final InetSocketAddress address;
  private final Serving serving;

  private HttpServer(
      EventLoopGroup eventLoops, Channel listener, ChannelGroup connections, Serving serving) {
    this.eventLoops = eventLoops;
    this.listener = listener;
    this.connections = connections;
    this.address = (InetSocketAddress) listener.localAddress();
    this.serving = serving;
  }

  /// Listens and serves until closed. Fails with [java.net.BindException] if the port is taken.
  public static HttpServer start(ServerOptions options, HttpHandler handler) throws IOException {
    var serving = new Serving(options, handler);
    var tls =
        options.tls() == null
            ? null
            : new ServerTls(options.tls(), options.askForClientCertificate());
    if (tls != null) {
      var _ = tls.starter(); // Unusable material must fail the start, not the first connection.
    }
    var eventLoops =
        new MultiThreadIoEventLoopGroup(
            Runtime.getRuntime().availableProcessors(),
            new DefaultThreadFactory("http", true),
            NioIoHandler.newFactory());
    var connections = new DefaultChannelGroup("http", eventLoops.next());
    var bound =
        new ServerBootstrap()
            .group(eventLoops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            // A peer that vanished without a word is noticed within minutes, not hours.
            .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), KEEPALIVE_SECONDS)
            .childOption(
                NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), KEEPALIVE_SECONDS)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(new ConnectionStart(serving, tls, connections))
            .bind(options.listen())
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      stop(eventLoops);
      throw failure(options.listen(), bound.cause());
    }
    return new HttpServer(eventLoops, bound.channel(), connections, serving);
  }

  /// Where the server listens, with the port it got.
  public InetSocketAddress address() {
    return address;
  }

  /// Takes no new connections and tells peers to leave. Requests go on; streams without an end are
  /// asked to come to one.
  public void leave() {
    listener.close().awaitUninterruptibly();
    serving.leave();
  }

  /// Takes no new connections, tells peers to leave, waits for running requests up to the given
  /// time, then cancels the rest and closes.
  public void drain(Duration patience) throws InterruptedException {
    leave();
    if (!serving.awaitIdle(patience.toNanos())) {
      LOG.info("drain gave up waiting for requests address={}", address);
    }
    serving.awaitClosed(CLOSING.toNanos()); // The last answers are on their way.
    close();
  }

  /// Closes at once: running requests are cancelled.
  @Override
  public void close() {
    listener.close().awaitUninterruptibly();
    // Before the event loops stop: they wake the handlers and give back what was not sent.
    connections.close().awaitUninterruptibly(CLOSING.toMillis());
    stop(eventLoops);
  }

  private static void stop(EventLoopGroup eventLoops) {
    eventLoops
        .shutdownGracefully(0, CLOSING.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(2 * CLOSING.toMillis());
  }

  private static IOException failure(InetSocketAddress listen, Throwable cause) {
    var message = "cannot listen on " + listen + ": " + cause.getMessage();
    var failure = cause instanceof BindException ? new BindException(message) : null;
    if (failure == null) {
      return new IOException(message, cause);
    }
    failure.initCause(cause);
    return failure;
  }
}
