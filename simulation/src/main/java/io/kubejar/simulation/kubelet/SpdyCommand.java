package io.kubejar.simulation.kubelet;

import io.kubejar.http.SpdySession;
import io.kubejar.kubelet.server.Streams;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/// A command for a client that speaks SPDY: each channel is a stream that the client opens.
final class SpdyCommand implements SpdySession.Listener, Command.Wire {
  private final SpdySession session;
  private final Set<Channel> missing;
  private final Map<Channel, Integer> streamOf = new EnumMap<>(Channel.class);
  private final Command command;

  private SpdyCommand(SpdySession session, Command.Order order) throws InterruptedIOException {
    this.session = session;
    missing = channels(order.streams());
    command = new Command(order, this);
  }

  /// Runs the command, and returns when the client has ended the connection.
  static void converse(SpdySession session, Command.Order order)
      throws IOException, InterruptedException {
    var conversation = new SpdyCommand(session, order);
    try {
      session.run(conversation);
    } finally {
      session.close();
      conversation.command.cancel();
    }
  }

  private static Set<Channel> channels(Streams streams) {
    var all = EnumSet.of(Channel.ERROR);
    if (streams.stdin()) {
      all.add(Channel.STDIN);
    }
    if (streams.stdout()) {
      all.add(Channel.STDOUT);
    }
    if (streams.stderr()) {
      all.add(Channel.STDERR);
    }
    if (streams.tty()) {
      all.add(Channel.RESIZE);
    }
    return all;
  }

  @Override
  public void opened(int stream, Map<String, String> headers) throws IOException {
    session.reply(stream);
    var channel = Channel.named(headers.getOrDefault("streamtype", ""));
    if (channel.isPresent()) {
      streamOf.put(channel.get(), stream);
      if (missing.remove(channel.get()) && missing.isEmpty()) {
        command.start();
      }
    }
  }

  @Override
  public void data(int stream, byte[] bytes) throws IOException {
    for (var entry : streamOf.entrySet()) {
      if (entry.getValue() == stream) {
        command.received(entry.getKey(), bytes);
      }
    }
  }

  @Override
  public void ended(int stream, boolean reset) throws IOException {
    for (var entry : streamOf.entrySet()) {
      if (entry.getValue() == stream) {
        command.ended(entry.getKey());
      }
    }
  }

  /// Only called once all streams are there.
  @Override
  public void send(Channel channel, byte[] bytes, boolean last) throws IOException {
    var stream = streamOf.get(channel);
    if (stream != null) {
      session.send(stream, bytes, last);
    }
  }
}
