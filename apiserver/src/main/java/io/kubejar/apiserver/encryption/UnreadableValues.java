package io.kubejar.apiserver.encryption;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.storage.Value;
import java.nio.charset.StandardCharsets;

/// Values that nobody could decrypt. They travel like any other, and say why they are none only
/// when somebody wants the object: one lost key must not keep everything else from being served.
public final class UnreadableValues {
  private static final byte[] MARK = "k8s:unreadable:".getBytes(StandardCharsets.UTF_8);

  private UnreadableValues() {}

  static Value mark(String key, UnreadableException cause) {
    var why = "unable to transform key \"" + key + "\": " + cause.getMessage();
    return Value.wrap(Prefixed.joined(MARK, why.getBytes(StandardCharsets.UTF_8)));
  }

  public static boolean isOne(Value value) {
    return Prefixed.startsWith(value.array(), MARK);
  }

  /// @throws ApiException 500 in upstream's words, if it is one
  public static void check(Value value) {
    if (isOne(value)) {
      throw ApiException.internal(value.toUtf8().substring(MARK.length));
    }
  }
}
