package io.kubejar.apimachinery.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;

/// Makes the tokenizers of JSON texts, all with the same bounds.
final class JsonText {
  /// Deeper trees would overflow the stack of whoever walks them.
  static final int DEEPEST_NESTING = 1000;

  private static final int LONGEST_NUMBER = 1000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CHARSET_DETECTION) // Nobody sends anything but UTF-8.
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST_NESTING)
                  .maxNumberLength(LONGEST_NUMBER)
                  .maxStringLength(Integer.MAX_VALUE) // The body limit bounds it.
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private JsonText() {}

  static JsonParser tokens(byte[] utf8) throws IOException {
    return FACTORY.createParser(Utf8.repaired(utf8));
  }

  static JsonParser tokens(String text) throws IOException {
    return FACTORY.createParser(text);
  }
}
