package io.kubejar.apiserver.connect;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/// Opens and closes the compression around a page whose links are rewritten.
final class PageEncoding {
  private static final Set<String> KNOWN = Set.of("", "gzip", "deflate");

  private PageEncoding() {}

  static boolean known(String encoding) {
    return KNOWN.contains(encoding);
  }

  static void rewrite(
      String encoding, InputStream page, OutputStream out, UnaryOperator<String> rewrite)
      throws IOException {
    switch (encoding) {
      case "gzip" -> {
        try (var compressed = new GZIPOutputStream(out)) {
          HtmlLinks.copy(new GZIPInputStream(page), compressed, rewrite);
        }
      }
      case "deflate" -> deflated(page, out, rewrite);
      default -> HtmlLinks.copy(page, out, rewrite);
    }
  }

  /// Raw deflate, without the frame that the name stands for in HTTP, as upstream has it.
  private static void deflated(InputStream page, OutputStream out, UnaryOperator<String> rewrite)
      throws IOException {
    var inflater = new Inflater(true);
    var deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
    try (var compressed = new DeflaterOutputStream(out, deflater)) {
      HtmlLinks.copy(new InflaterInputStream(page, inflater), compressed, rewrite);
    } finally {
      inflater.end();
      deflater.end();
    }
  }
}
