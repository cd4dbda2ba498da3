package io.kubejar.apiserver.services;

/// Ports of nodes that Services may get, both ends included.
public record PortRange(int first, int last) {
  /// Upstream's default.
  public static final PortRange DEFAULT = new PortRange(30_000, 32_767);

  private static final int PORT_MAX = 65_535;

  public PortRange {
    if (first < 1 || last > PORT_MAX || first > last) {
      throw new IllegalArgumentException("no range of ports: " + first + "-" + last);
    }
  }

  /// Reads `30000-32767`, or `30000+2767` with the distance to the last one, or a single port.
  ///
  /// @throws IllegalArgumentException if the text is none of these
  public static PortRange of(String text) {
    var plus = text.split("\\+", 2);
    if (plus.length == 2) {
      int first = Integer.parseInt(plus[0].strip());
      return new PortRange(first, Math.min(PORT_MAX, first + Integer.parseInt(plus[1].strip())));
    }
    var ends = text.split("-", 2);
    int first = Integer.parseInt(ends[0].strip());
    return new PortRange(first, ends.length == 1 ? first : Integer.parseInt(ends[1].strip()));
  }

  boolean contains(int port) {
    return port >= first && port <= last;
  }

  int size() {
    return last - first + 1;
  }

  @Override
  public String toString() {
    return first + "-" + last;
  }
}
