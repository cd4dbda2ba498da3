package io.kubejar.apimachinery.json;

import com.fasterxml.jackson.core.JsonToken;
import org.jspecify.annotations.Nullable;

/// Where a [JsonReader] gets its tokens from: a text or a tree.
interface Tokens {

  /// The next token; null at the end.
  @Nullable JsonToken next();

  /// The name, text or number of the token.
  String text();

  /// The whole value that begins with the token.
  JsonValue value();

  /// Passes over the whole value that begins with the token.
  void skip();
}
