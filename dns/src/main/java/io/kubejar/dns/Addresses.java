package io.kubejar.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/// Addresses in the forms in which names hold them.
final class Addresses {
  private static final int NIBBLES = 32;

  private Addresses() {}

  /// Reads an address; never looks anything up.
  static InetAddress parse(String text) {
    return InetAddress.ofLiteral(text);
  }

  /// Reads `10-0-0-1` and `fd00--1`.
  static Optional<InetAddress> fromDashes(String label) {
    boolean four = label.matches("\\d{1,3}(-\\d{1,3}){3}");
    if (!four && !label.matches("[0-9a-f]*(-[0-9a-f]*){2,7}")) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(label.replace('-', four ? '.' : ':')));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /// An address as one label of a name.
  static String toDashes(String address) {
    return address.replace('.', '-').replace(':', '-');
  }

  /// Reads `1.0.0.10.in-addr.arpa` and its like for IPv6, given as labels.
  static Optional<InetAddress> fromReverse(List<String> labels) {
    int size = labels.size();
    if (size < 3 || !labels.getLast().equals("arpa")) {
      return Optional.empty();
    }
    try {
      return switch (labels.get(size - 2)) {
        case "in-addr" -> size == 6 ? Optional.of(four(labels)) : Optional.empty();
        case "ip6" -> size == NIBBLES + 2 ? Optional.of(six(labels)) : Optional.empty();
        default -> Optional.empty();
      };
    } catch (IllegalArgumentException | UnknownHostException _) {
      return Optional.empty();
    }
  }

  private static InetAddress four(List<String> labels) {
    return parse(String.join(".", labels.subList(0, 4).reversed()));
  }

  private static InetAddress six(List<String> labels) throws UnknownHostException {
    byte[] bytes = new byte[16];
    for (int i = 0; i < NIBBLES; i++) {
      var label = labels.get(NIBBLES - 1 - i);
      if (label.length() != 1) {
        throw new IllegalArgumentException("not a nibble: " + label);
      }
      bytes[i / 2] = (byte) (bytes[i / 2] << 4 | Integer.parseInt(label, 16));
    }
    return InetAddress.getByAddress(bytes);
  }
}
