package io.kubejar.apiserver.filters;

import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// Sends large answers compressed to those who take them so. Small ones are not worth the time.
public record Compress() implements Filter {
  private static final int SMALLEST_BYTES = 128 * 1024;
  private static final int BUFFER = 8 * 1024;

  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    var response = next.handle(request);
    boolean large =
        response instanceof Response.Whole whole && whole.body().length >= SMALLEST_BYTES;
    if (!large || !request.headers().lists("Accept-Encoding", "gzip")) {
      return response;
    }
    var whole = (Response.Whole) response;
    var out = new ByteArrayOutputStream(whole.body().length / 4);
    try (var gzip = new FastGzip(out)) {
      gzip.write(whole.body());
    }
    return new Response.Whole(
        whole.status(),
        whole.headers().with("Content-Encoding", "gzip").with("Vary", "Accept-Encoding"),
        out.toByteArray());
  }

  /// The fastest level: it saves most of what there is to save.
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(ByteArrayOutputStream out) throws IOException {
      super(out, BUFFER);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
