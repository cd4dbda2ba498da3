package io.kubejar.apiserver.encryption;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;

/// Several transformers, told apart by how their values begin. The first one writes; what any other
/// one reads is stale. Prefixes may repeat: a key may be tried under several configurations.
final class Prefixed implements Transformer {
  /// One choice. An empty prefix reads whatever is not encrypted.
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  record Choice(byte[] prefix, Transformer transformer) {
    Choice(String prefix, Transformer transformer) {
      this(prefix.getBytes(StandardCharsets.UTF_8), transformer);
    }
  }

  private final List<Choice> choices;
  private final String noMatch;

  /// @param noMatch what to say when a value begins in no known way
  Prefixed(List<Choice> choices, String noMatch) {
    this.choices = List.copyOf(choices);
    this.noMatch = noMatch;
  }

  @Override
  public byte[] toStorage(byte[] plain, byte[] context) {
    var first = choices.getFirst();
    return joined(first.prefix, first.transformer.toStorage(plain, context));
  }

  @Override
  public Plain fromStorage(byte[] stored, byte[] context) throws UnreadableException {
    var failures = new ArrayList<String>();
    for (int i = 0; i < choices.size(); i++) {
      var choice = choices.get(i);
      if (!startsWith(stored, choice.prefix)) {
        continue;
      }
      try {
        var rest = Arrays.copyOfRange(stored, choice.prefix.length, stored.length);
        var plain = choice.transformer.fromStorage(rest, context);
        return new Plain(plain.bytes(), plain.stale() || i > 0);
      } catch (UnreadableException unreadable) {
        // Another choice may have the same prefix and the right key. That plain values are none is
        // no failure to tell of.
        if (choice.prefix.length > 0) {
          failures.add(unreadable.getMessage());
        }
      }
    }
    throw new UnreadableException(failures.isEmpty() ? noMatch : aggregate(failures));
  }

  private static String aggregate(List<String> failures) {
    var distinct = new LinkedHashSet<>(failures);
    return distinct.size() == 1 ? distinct.getFirst() : "[" + String.join(", ", distinct) + "]";
  }

  static boolean startsWith(byte[] bytes, byte[] prefix) {
    return bytes.length >= prefix.length
        && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }

  static byte[] joined(byte[] head, byte[] tail) {
    var all = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, all, head.length, tail.length);
    return all;
  }
}
