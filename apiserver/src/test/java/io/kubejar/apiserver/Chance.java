package io.kubejar.apiserver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/// Makes up inputs; the same ones for the same seed. Prefers what lies at an edge.
final class Chance {
  private static final long[] EDGES = {
    0,
    1,
    -1,
    7,
    8,
    10,
    255,
    256,
    1000,
    1024,
    Short.MAX_VALUE,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MIN_VALUE + 1,
    1L << 53
  };

  private static final int[] ODD_CHARACTERS = {
    0, '\t', '\n', '\r', ' ', '"', '\'', '\\', '/', ',', '=', '!', '(', ')', '{', '}', '[', ']',
    ':', '-', '+', '.', '*', '&', '%', '#', '~', '|', '<', '>', '@', '`', 0x7f, 0x80, 0x85, 0xa0,
    0xdf, 0x130, 0x2028, 0xd800, 0xdfff, 0xfeff, 0xfffd, 0xffff, 0x1f600, 0x10ffff
  };

  private final SplittableRandom random;

  Chance(long seed) {
    random = new SplittableRandom(seed);
  }

  /// From 0 to one below the bound.
  int below(int bound) {
    return random.nextInt(bound);
  }

  /// Both ends included.
  int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  /// True once in so many times.
  boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  long number() {
    return switch (below(3)) {
      case 0 -> EDGES[below(EDGES.length)];
      case 1 -> between(-1000, 1000);
      default -> random.nextLong();
    };
  }

  int int32() {
    return (int) number();
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // Only read.
  final <T> T of(T... all) {
    return all[below(all.length)];
  }

  <T> T of(List<T> all) {
    return all.get(below(all.size()));
  }

  /// So many of what is made up one after the other.
  <T> List<T> list(int least, int most, Supplier<T> item) {
    var list = new ArrayList<T>();
    for (int left = between(least, most); left > 0; left--) {
      list.add(item.get());
    }
    return list;
  }

  /// Any text, also one that is no Unicode.
  String text(int longest) {
    var text = new StringBuilder();
    for (int left = below(longest + 1); left > 0; left--) {
      text.appendCodePoint(character());
    }
    return text.toString();
  }

  private int character() {
    return switch (below(4)) {
      case 0 -> ODD_CHARACTERS[below(ODD_CHARACTERS.length)];
      case 1 -> below(Character.MAX_CODE_POINT + 1);
      default -> between(' ', '~');
    };
  }

  /// Any text of these characters.
  String textOf(String characters, int longest) {
    var text = new StringBuilder();
    for (int left = below(longest + 1); left > 0; left--) {
      text.append(characters.charAt(below(characters.length())));
    }
    return text.toString();
  }

  /// The bytes with a few of them changed, lost, doubled or moved.
  byte[] damaged(byte[] sound) {
    var bytes = sound;
    for (int left = between(1, 4); left > 0 && bytes.length > 0; left--) {
      int from = below(bytes.length);
      int to = Math.min(bytes.length, from + between(1, 9));
      bytes =
          switch (below(5)) {
            case 0 -> joined(bytes, from, new byte[0], to);
            case 1 -> joined(bytes, to, Arrays.copyOfRange(bytes, from, to), to);
            case 2 -> joined(bytes, from, anyBytes(), from);
            case 3 -> Arrays.copyOf(bytes, from);
            default -> joined(bytes, from, anyBytes(), Math.min(bytes.length, from + 1));
          };
    }
    return bytes;
  }

  private byte[] anyBytes() {
    var bytes = new byte[between(1, 3)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (oneIn(3) ? ODD_CHARACTERS[below(ODD_CHARACTERS.length)] : below(256));
    }
    return bytes;
  }

  private static byte[] joined(byte[] bytes, int until, byte[] middle, int from) {
    var joined = Arrays.copyOf(bytes, until + middle.length + bytes.length - from);
    System.arraycopy(middle, 0, joined, until, middle.length);
    System.arraycopy(bytes, from, joined, until + middle.length, bytes.length - from);
    return joined;
  }
}
