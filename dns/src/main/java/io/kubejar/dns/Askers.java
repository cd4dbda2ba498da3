package io.kubejar.dns;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.function.Predicate;

/// Who may ask a node's DNS: the pods of the cluster, and the machine itself under any of its
/// addresses.
public record Askers(List<Range> pods) implements Predicate<InetAddress> {

  public Askers {
    pods = List.copyOf(pods);
  }

  /// @param podCidrs the addresses of the cluster's pods, such as `10.244.0.0/16`
  public static Askers of(List<String> podCidrs) {
    return new Askers(podCidrs.stream().map(Range::parse).toList());
  }

  @Override
  public boolean test(InetAddress asker) {
    return asker.isLoopbackAddress()
        || pods.stream().anyMatch(range -> range.contains(asker))
        || isOurs(asker);
  }

  private static boolean isOurs(InetAddress asker) {
    try {
      return NetworkInterface.getByInetAddress(asker) != null;
    } catch (SocketException _) {
      return false; // Unknown is not allowed; the asker may try again.
    }
  }

  /// A range of addresses: all that begin with the same bits.
  public record Range(InetAddress first, int bits) {

    static Range parse(String cidr) {
      int slash = cidr.indexOf('/');
      if (slash < 0) {
        throw new IllegalArgumentException("not a range of addresses: " + cidr);
      }
      return new Range(
          Addresses.parse(cidr.substring(0, slash)), Integer.parseInt(cidr.substring(slash + 1)));
    }

    boolean contains(InetAddress address) {
      byte[] ours = first.getAddress();
      byte[] theirs = address.getAddress();
      if (ours.length != theirs.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> bit % 8;
        if ((ours[bit / 8] & mask) != (theirs[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }
}
