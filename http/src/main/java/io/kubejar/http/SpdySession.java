package io.kubejar.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Streams of SPDY/3.1 on a connection that left HTTP, from either side: what exec, attach and
/// port-forward of kubelets and container runtimes speak. Like their library it knows no flow
/// control: whoever does not read holds up all streams.
///
/// One thread runs [#run]; any may open streams and send.
public final class SpdySession implements AutoCloseable {
  /// The name of the protocol in `Upgrade`.
  public static final String PROTOCOL = "SPDY/3.1";

  private static final int BUFFER = 32 << 10;
  private static final byte PRIORITY = 0;

  /// Hears what the peer does. Called by the thread of [#run] only.
  public interface Listener {
    /// The peer opened a stream; it waits for [#reply].
    default void opened(int stream, Map<String, String> headers) throws IOException {}

    /// The peer accepted a stream of ours.
    default void accepted(int stream) throws IOException {}

    void data(int stream, byte[] bytes) throws IOException;

    /// The peer will send nothing more on this stream; `reset` if it will not take anything either.
    void ended(int stream, boolean reset) throws IOException;
  }

  private final DuplexStream connection;
  private final EmbeddedChannel encoder = codec();
  private final EmbeddedChannel decoder = codec();
  private int nextStream;

  private SpdySession(DuplexStream connection, int firstStream) {
    this.connection = connection;
    nextStream = firstStream;
  }

  /// The side that asked for the upgrade.
  public static SpdySession client(DuplexStream connection) {
    return new SpdySession(connection, 1);
  }

  /// The other side.
  public static SpdySession server(DuplexStream connection) {
    return new SpdySession(connection, 2);
  }

  private static EmbeddedChannel codec() {
    return new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
  }

  /// Opens a stream and tells its number.
  public synchronized int open(Map<String, String> headers) throws IOException {
    int stream = nextStream;
    nextStream += 2;
    var frame = new DefaultSpdySynStreamFrame(stream, 0, PRIORITY);
    headers.forEach((name, value) -> frame.headers().add(name.toLowerCase(Locale.ROOT), value));
    write(frame);
    return stream;
  }

  /// Accepts a stream of the peer's.
  public void reply(int stream) throws IOException {
    var frame = new DefaultSpdySynReplyFrame(stream);
    // Without any header the codec leaves out their number too, which other libraries wait for.
    frame.headers().add(":status", "200").add(":version", "HTTP/1.1");
    write(frame);
  }

  /// Sends bytes; with `last` nothing more follows on this stream.
  public void send(int stream, byte[] bytes, boolean last) throws IOException {
    var frame = new DefaultSpdyDataFrame(stream, Unpooled.wrappedBuffer(bytes));
    frame.setLast(last);
    write(frame);
  }

  private synchronized void write(SpdyFrame frame) throws IOException {
    encoder.writeOutbound(frame);
    for (ByteBuf out = encoder.readOutbound(); out != null; out = encoder.readOutbound()) {
      connection.output().write(ByteBufUtil.getBytes(out));
      out.release();
    }
    connection.output().flush();
  }

  /// Reads until the peer ends the connection.
  public void run(Listener listener) throws IOException {
    var buffer = new byte[BUFFER];
    for (int read = connection.input().read(buffer);
        read >= 0;
        read = connection.input().read(buffer)) {
      decoder.writeInbound(Unpooled.copiedBuffer(buffer, 0, read));
      for (Object frame = decoder.readInbound(); frame != null; frame = decoder.readInbound()) {
        try {
          take(frame, listener);
        } finally {
          ReferenceCountUtil.release(frame);
        }
      }
    }
  }

  private void take(Object frame, Listener listener) throws IOException {
    switch (frame) {
      case SpdySynStreamFrame opened -> {
        listener.opened(opened.streamId(), headers(opened));
        if (opened.isLast()) {
          listener.ended(opened.streamId(), false);
        }
      }
      case SpdySynReplyFrame accepted -> {
        listener.accepted(accepted.streamId());
        if (accepted.isLast()) {
          listener.ended(accepted.streamId(), false);
        }
      }
      case SpdyDataFrame data -> {
        if (data.content().isReadable()) {
          listener.data(data.streamId(), ByteBufUtil.getBytes(data.content()));
        }
        if (data.isLast()) {
          listener.ended(data.streamId(), false);
        }
      }
      case SpdyRstStreamFrame reset -> listener.ended(reset.streamId(), true);
      case SpdyPingFrame ping -> write(new DefaultSpdyPingFrame(ping.id()));
      case SpdyGoAwayFrame _ -> {} // What is open goes on; nothing new is opened anyway.
      default -> {} // Settings and windows, which the other side does not follow either.
    }
  }

  private static Map<String, String> headers(SpdySynStreamFrame frame) {
    var headers = new LinkedHashMap<String, String>();
    frame
        .headers()
        .forEach(field -> headers.put(field.getKey().toString(), field.getValue().toString()));
    return headers;
  }

  /// Ends the connection and wakes [#run].
  @Override
  public void close() {
    connection.close();
  }
}
