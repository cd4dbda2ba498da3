package io.kubejar.apiserver;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;

/// An address of this machine that the server takes for that of a pod.
final class OwnAddress {
  private OwnAddress() {}

  /// Empty on a machine that has only the loopback's.
  static Optional<InetAddress> find() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(it -> it instanceof Inet4Address)
        .filter(it -> !it.isLoopbackAddress() && !it.isLinkLocalAddress())
        .findFirst();
  }
}
