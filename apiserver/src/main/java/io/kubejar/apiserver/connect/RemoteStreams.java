package io.kubejar.apiserver.connect;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.http.SpdySession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The streams of one exec or attach at the kubelet, by the channels they have at the client.
final class RemoteStreams implements SpdySession.Listener {
  private static final String SUCCESS = "{\"metadata\":{},\"status\":\"Success\"}";

  private static final Map<Integer, String> NAMES =
      Map.of(
          ChannelSocket.STDIN, "stdin",
          ChannelSocket.STDOUT, "stdout",
          ChannelSocket.STDERR, "stderr",
          ChannelSocket.ERROR, "error",
          ChannelSocket.RESIZE, "resize");

  private final SpdySession kubelet;
  private final ChannelSocket client;
  private final Map<Integer, Integer> streamOf = new HashMap<>();
  private final Map<Integer, Integer> channelOf = new HashMap<>();
  private final Set<Integer> open = new HashSet<>();
  private final ByteArrayOutputStream error = new ByteArrayOutputStream();

  private RemoteStreams(SpdySession kubelet, ChannelSocket client) {
    this.kubelet = kubelet;
    this.client = client;
  }

  /// Opens the streams in the order that upstream's client has.
  static RemoteStreams open(
      SpdySession kubelet, StreamTranslator.Wanted wanted, ChannelSocket client)
      throws IOException {
    var streams = new RemoteStreams(kubelet, client);
    streams.open(ChannelSocket.ERROR, true, true);
    streams.open(ChannelSocket.STDIN, wanted.stdin(), false);
    streams.open(ChannelSocket.STDOUT, wanted.stdout(), true);
    streams.open(ChannelSocket.STDERR, wanted.stderr() && !wanted.tty(), true);
    streams.open(ChannelSocket.RESIZE, wanted.tty(), false);
    return streams;
  }

  private void open(int channel, boolean wanted, boolean reads) throws IOException {
    if (!wanted) {
      return;
    }
    int stream = kubelet.open(Map.of("streamType", NAMES.get(channel)));
    streamOf.put(channel, stream);
    channelOf.put(stream, channel);
    if (reads) {
      open.add(channel);
    }
  }

  /// How the command ended, as the kubelet said it.
  byte[] status() {
    if (open.contains(ChannelSocket.ERROR)) {
      var broken = ApiException.internal("the connection to the kubelet broke").status();
      return Status.CODEC.toJson(broken);
    }
    return error.size() == 0 ? SUCCESS.getBytes(StandardCharsets.UTF_8) : error.toByteArray();
  }

  /// Passes on what the client says.
  ChannelSocket.Listener fromClient() {
    return new ChannelSocket.Listener() {
      @Override
      public void data(int channel, byte[] bytes) throws IOException {
        send(channel, bytes, false);
      }

      @Override
      public void ended(int channel) throws IOException {
        send(channel, new byte[0], true);
      }
    };
  }

  private void send(int channel, byte[] bytes, boolean last) throws IOException {
    var stream = streamOf.get(channel);
    if (stream != null && (channel == ChannelSocket.STDIN || channel == ChannelSocket.RESIZE)) {
      kubelet.send(stream, bytes, last);
    }
  }

  @Override
  public void data(int stream, byte[] bytes) throws IOException {
    int channel = channelOf.getOrDefault(stream, -1);
    if (channel == ChannelSocket.ERROR) {
      error.writeBytes(bytes);
    } else if (open.contains(channel)) {
      client.send(channel, bytes);
    }
  }

  @Override
  public void ended(int stream, boolean reset) {
    open.remove(channelOf.getOrDefault(stream, -1));
    if (open.isEmpty()) {
      kubelet.close();
    }
  }
}
