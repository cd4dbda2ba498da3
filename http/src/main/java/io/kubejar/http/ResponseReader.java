package io.kubejar.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;

/// Reads an HTTP/1.1 response's head, and takes the framing off its body.
final class ResponseReader {
  private static final int MAX_HEAD = 128 << 10;

  private final InputStream input;
  private int headBytes;

  private ResponseReader(InputStream input) {
    this.input = input;
  }

  static UpgradeClient.Response read(String method, SocketStream connection, Duration patience)
      throws IOException {
    // Buffered: bytes after the head belong to whoever reads the stream later.
    var input = new BufferedInputStream(connection.input());
    var reader = new ResponseReader(input);
    connection.readTimeout().set(Math.toIntExact(patience.toMillis()));
    try {
      requireAnswer(input);
      var response = reader.finalResponse(method, connection);
      connection.readTimeout().set(0);
      return response;
    } catch (SocketTimeoutException e) {
      throw new SocketTimeoutException("no answer within " + patience);
    }
  }

  private static void requireAnswer(InputStream input) throws IOException {
    input.mark(1);
    try {
      if (input.read() < 0) {
        throw new NoAnswerException();
      }
    } catch (SocketException reset) {
      throw new NoAnswerException(reset);
    }
    input.reset();
  }

  private UpgradeClient.Response finalResponse(String method, SocketStream connection)
      throws IOException {
    while (true) {
      var statusLine = line();
      var parts = statusLine.split(" ", 3);
      if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || !parts[1].matches("[1-5]\\d\\d")) {
        throw new ProtocolException("not an HTTP answer: " + abbreviated(statusLine));
      }
      int status = Integer.parseInt(parts[1]);
      var headers = headers();
      if (status >= 200 || status == 101) { // Other interim answers have nothing to say.
        var reason = parts.length == 3 ? parts[2] : "";
        var body = body(method, status, headers);
        return new UpgradeClient.Response(status, reason, headers, new Answered(connection, body));
      }
    }
  }

  private InputStream body(String method, int status, Headers headers) throws IOException {
    if (status == 101) {
      return input;
    }
    if (method.equals("HEAD") || status == 204 || status == 304) {
      return InputStream.nullInputStream();
    }
    if (headers.lists("Transfer-Encoding", "chunked")) {
      return new Chunks();
    }
    var length = headers.first("Content-Length");
    if (length.isEmpty()) {
      return input; // Until the connection ends.
    }
    try {
      return new Counted(Long.parseLong(length.get()));
    } catch (NumberFormatException e) {
      throw new ProtocolException("not a length: " + abbreviated(length.get()));
    }
  }

  private Headers headers() throws IOException {
    var fields = new ArrayList<Headers.Header>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw new ProtocolException("not a header field: " + abbreviated(line));
      }
      fields.add(new Headers.Header(line.substring(0, colon), line.substring(colon + 1).strip()));
    }
    return new Headers(fields);
  }

  private String line() throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (int b = input.read(); b != '\n'; b = input.read()) {
      if (b < 0) {
        throw new EOFException("the peer closed the connection before its answer was complete");
      }
      if (++headBytes > MAX_HEAD) {
        throw new ProtocolException("the answer's head is larger than " + MAX_HEAD + " bytes");
      }
      if (b != '\r') {
        bytes.write(b);
      }
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  private static String abbreviated(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }

  private record Answered(SocketStream connection, InputStream input) implements DuplexStream {
    @Override
    public OutputStream output() {
      return connection.output();
    }

    @Override
    public void closeOutput() throws IOException {
      connection.closeOutput();
    }

    @Override
    public void close() {
      connection.close();
    }
  }

  /// A body of a known length.
  private final class Counted extends InputStream {
    private long left;

    Counted(long length) {
      left = length;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int got = input.read(target, offset, (int) Math.min(length, left));
      if (got < 0) {
        throw new EOFException("the answer's body ended " + left + " bytes early");
      }
      left -= got;
      return got;
    }
  }

  /// A body in chunks.
  private final class Chunks extends InputStream {
    private long left;
    private boolean started;
    private boolean ended;

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (left == 0 && !ended) {
        nextChunk();
      }
      if (ended) {
        return -1;
      }
      int got = input.read(target, offset, (int) Math.min(length, left));
      if (got < 0) {
        throw new EOFException("the answer's body ended inside a chunk");
      }
      left -= got;
      return got;
    }

    private void nextChunk() throws IOException {
      headBytes = 0;
      if (started && !line().isEmpty()) {
        throw new ProtocolException("a chunk is longer than it said");
      }
      started = true;
      var size = line();
      int extension = size.indexOf(';');
      try {
        left =
            Long.parseLong(extension < 0 ? size.strip() : size.substring(0, extension).strip(), 16);
      } catch (NumberFormatException e) {
        throw new ProtocolException("not the size of a chunk: " + abbreviated(size));
      }
      if (left < 0) {
        throw new ProtocolException("not the size of a chunk: " + abbreviated(size));
      }
      if (left == 0) {
        ended = true;
        String trailer;
        do {
          trailer = line(); // Trailers: nobody needs what they say.
        } while (!trailer.isEmpty());
      }
    }
  }
}
