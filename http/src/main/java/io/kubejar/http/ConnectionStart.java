package io.kubejar.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sets up an accepted connection: TLS if wanted, then the HTTP version agreed on.
final class ConnectionStart extends ChannelInitializer<Channel> {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionStart.class);

  /// Flushes of many streams between two reads go out as one.
  private static final int FLUSHES_AT_ONCE = 256;

  private final Serving serving;
  private final @Nullable ServerTls tls;
  private final ChannelGroup connections;

  ConnectionStart(Serving serving, @Nullable ServerTls tls, ChannelGroup connections) {
    this.serving = serving;
    this.tls = tls;
    this.connections = connections;
  }

  @Override
  protected void initChannel(Channel channel) throws SSLException {
    if (!serving.admit()) {
      LOG.warn("connection refused, limit reached peer={}", channel.remoteAddress());
      Closing.now(channel);
      return;
    }
    connections.add(channel);
    ChannelFuture _ = channel.closeFuture().addListener(closed -> serving.gone());
    if (tls == null) {
      http1(channel, null);
      return;
    }
    var ssl = tls.starter().handler(channel.alloc());
    ssl.setHandshakeTimeoutMillis(serving.options().timeouts().handshake().toMillis());
    channel.pipeline().addLast(ssl, new VersionSwitch());
  }

  private void http1(Channel channel, @Nullable SSLSession session) {
    channel.pipeline().addLast(new FlushConsolidationHandler(FLUSHES_AT_ONCE, true));
    new Http1Connection(serving, peer(channel, session), channel).install();
  }

  private void http2(Channel channel, @Nullable SSLSession session) {
    channel.pipeline().addLast(new FlushConsolidationHandler(FLUSHES_AT_ONCE, true));
    new Http2Connection(serving, peer(channel, session), channel).install();
  }

  private Peer peer(Channel channel, @Nullable SSLSession session) {
    return new Peer(channel, tls == null ? null : tls.source(), session);
  }

  /// Waits for the end of the handshake, which tells the HTTP version.
  private final class VersionSwitch extends ChannelInboundHandlerAdapter {
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
      var channel = context.channel();
      if (event instanceof SslHandshakeCompletionEvent end && end.isSuccess()) {
        var ssl = channel.pipeline().get(SslHandler.class);
        if (ServerTls.httpVersion(ssl).equals(ApplicationProtocolNames.HTTP_2)) {
          http2(channel, ssl.engine().getSession());
        } else {
          http1(channel, ssl.engine().getSession());
        }
        channel.pipeline().remove(this);
        return;
      }
      if (event instanceof SslHandshakeCompletionEvent
          || event instanceof ChannelInputShutdownEvent) {
        LOG.debug("TLS handshake failed peer={}: {}", channel.remoteAddress(), event);
        Closing.now(channel);
      }
      super.userEventTriggered(context, event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      LOG.debug("TLS handshake failed peer={}: {}", context.channel().remoteAddress(), cause);
      Closing.now(context.channel());
    }
  }
}
