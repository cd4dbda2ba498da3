package io.kubejar.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.util.List;

/// Decodes one request at a time. Bytes that follow it stay bytes until the request is answered:
/// they may be the next request, or belong to the protocol that the connection is upgraded to.
final class RequestDecoder extends HttpRequestDecoder {
  private static final int CHUNK = 64 << 10;

  /// Bytes that may wait while a request is being answered.
  private static final int WAITING = 64 << 10;

  private boolean paused;
  private boolean midRequest;

  RequestDecoder(int headBytes) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(headBytes)
            .setMaxHeaderSize(headBytes)
            .setMaxChunkSize(CHUNK));
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    if (paused) {
      if (in.readableBytes() > WAITING) {
        context.channel().config().setAutoRead(false);
      }
      return;
    }
    midRequest |= in.isReadable();
    super.decode(context, in, out);
  }

  /// Called when a whole request has been decoded.
  void pause() {
    paused = true;
    midRequest = false;
  }

  /// Goes on with what has come in the meantime.
  void resume(ChannelHandlerContext context) throws Exception {
    paused = false;
    context.channel().config().setAutoRead(true);
    channelRead(context, Unpooled.EMPTY_BUFFER);
    context.fireChannelReadComplete();
  }

  /// Whether a part of a request has come, but not its end.
  boolean midRequest() {
    return midRequest;
  }
}
