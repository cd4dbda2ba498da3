package io.kubejar.standalone.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The machine's own name and addresses.
public final class HostAddresses {
  /// Bridges and pairs that container runtimes make; their addresses come and go.
  private static final List<String> NOT_THE_MACHINES =
      List.of("kubejar", "docker", "cni", "veth", "br-", "virbr", "flannel", "cali");

  private HostAddresses() {}

  /// The name that it knows itself by.
  public static String hostname() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the machine's name", e);
    }
  }

  /// All addresses, the one that others reach the machine at first. A machine without a network has
  /// the loopback address only.
  public static List<InetAddress> all() {
    var found = new ArrayList<InetAddress>();
    try {
      NetworkInterface.networkInterfaces()
          .filter(HostAddresses::isTheMachines)
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> address instanceof Inet4Address && !address.isLinkLocalAddress())
          .filter(address -> !address.isLoopbackAddress())
          .forEach(found::add);
    } catch (SocketException e) {
      throw new UncheckedIOException("cannot list the machine's addresses", e);
    }
    found.add(InetAddress.getLoopbackAddress());
    return List.copyOf(found);
  }

  /// The address that others reach the machine at; a machine without a network is reached at the
  /// fallback.
  static String primary(String fallback) {
    var first = all().getFirst();
    return first.isLoopbackAddress() ? fallback : first.getHostAddress();
  }

  private static boolean isTheMachines(NetworkInterface each) {
    try {
      return each.isUp()
          && NOT_THE_MACHINES.stream().noneMatch(prefix -> each.getName().startsWith(prefix));
    } catch (SocketException e) {
      throw new UncheckedIOException("cannot look at the interface " + each.getName(), e);
    }
  }
}
