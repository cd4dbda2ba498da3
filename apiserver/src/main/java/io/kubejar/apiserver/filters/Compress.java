package io.kubejar.apiserver.filters;

import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.http.Headers;
import io.kubejar.http.ResponseStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// Sends large answers compressed to those who take them so. Small ones are not worth the time.
public record Compress() implements Filter {
  private static final int SMALLEST_BYTES = 128 * 1024;
  private static final int BUFFER = 8 * 1024;

  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    var response = next.handle(request);
    if (!request.headers().lists("Accept-Encoding", "gzip")) {
      return response;
    }
    return switch (response) {
      case Response.Whole whole when whole.body().length >= SMALLEST_BYTES -> compressed(whole);
      case Response.Composed composed -> compressed(composed);
      case Response.Whole _, Response.Streamed _, Response.TakenOver _ -> response;
    };
  }

  private static Response compressed(Response.Whole whole) throws IOException {
    var out = new ByteArrayOutputStream(whole.body().length / 4);
    try (var gzip = new FastGzip(out)) {
      gzip.write(whole.body());
    }
    return new Response.Whole(whole.status(), told(whole.headers()), out.toByteArray());
  }

  /// Compressed piece by piece while it is sent.
  private static Response compressed(Response.Composed composed) {
    return new Response.Streamed(
        composed.status(),
        told(composed.headers()),
        out -> {
          var gzip = new FastGzip(new Unclosed(out));
          composed.body().writeTo(new Compressing(gzip));
          gzip.close();
        });
  }

  private static Headers told(Headers headers) {
    return headers.with("Content-Encoding", "gzip").with("Vary", "Accept-Encoding");
  }

  /// Whoever opened the answer closes it.
  private static final class Unclosed extends OutputStream {
    private final OutputStream out;

    Unclosed(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }
  }

  private static final class Compressing extends ResponseStream {
    private final OutputStream gzip;

    Compressing(OutputStream gzip) {
      this.gzip = gzip;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      gzip.write(bytes, offset, length);
    }

    @Override
    public void writeShared(byte[] bytes) throws IOException {
      gzip.write(bytes);
    }
  }

  /// The fastest level: it saves most of what there is to save.
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, BUFFER);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
