package io.kubejar.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpdySessionTest {
  private static final int FRAME_HEAD = 8;
  private static final int STREAM_NUMBER = 4;

  /// A reply without a header block is one that other libraries cannot read.
  @Test
  void aReplyHasABlockOfHeaders() throws Exception {
    var sent = new ByteArrayOutputStream();
    SpdySession.server(new Recorded(new byte[0], sent)).reply(1);

    assertThat(sent.size()).isGreaterThan(FRAME_HEAD + STREAM_NUMBER);
  }

  @Test
  void streamsCarryHeadersAndBytesUntilTheirEnd() throws Exception {
    var sent = new ByteArrayOutputStream();
    var client = SpdySession.client(new Recorded(new byte[0], sent));
    int stream = client.open(Map.of("streamType", "stdin"));
    client.send(stream, new byte[] {7}, true);

    var heard = new ArrayList<String>();
    SpdySession.server(new Recorded(sent.toByteArray(), new ByteArrayOutputStream()))
        .run(new Listener(heard));

    assertThat(heard).containsExactly("opened 1 {streamtype=stdin}", "data 1 [7]", "ended 1 false");
  }

  private record Listener(List<String> heard) implements SpdySession.Listener {
    @Override
    public void opened(int stream, Map<String, String> headers) {
      heard.add("opened " + stream + " " + headers);
    }

    @Override
    public void data(int stream, byte[] bytes) {
      heard.add("data " + stream + " " + Arrays.toString(bytes));
    }

    @Override
    public void ended(int stream, boolean reset) {
      heard.add("ended " + stream + " " + reset);
    }
  }

  /// A connection whose peer has said all it will say.
  private record Recorded(InputStream input, OutputStream output) implements DuplexStream {
    Recorded(byte[] said, OutputStream output) {
      this(new ByteArrayInputStream(said), output);
    }

    @Override
    public void closeOutput() {}

    @Override
    public void close() {}
  }
}
