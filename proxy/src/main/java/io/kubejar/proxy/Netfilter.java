package io.kubejar.proxy;

import java.util.List;

/// The kernel's packet filter.
public interface Netfilter {

  /// Carries out the commands, all or none.
  ///
  /// @throws RefusedException if the kernel or nft refuses them
  void apply(String commands) throws InterruptedException;

  /// The names of the tables there are, such as `ip kubejar-main`.
  List<String> tables() throws InterruptedException;

  /// Forgets UDP flows to this destination, so that their next packet is looked at afresh. Flows
  /// have no end of their own: without this a client would go on talking to an endpoint that is
  /// gone.
  void forgetFlows(Flow flow) throws InterruptedException;

  /// UDP flows as their clients see them.
  ///
  /// @param destination the address they were sent to; empty for a port of the node
  /// @param port the port they were sent to
  /// @param endpoint where they were sent on to; empty if nowhere
  record Flow(boolean ipv6, String destination, int port, String endpoint) {}

  /// The commands were refused; nothing has changed.
  final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public RefusedException(String message) {
      super(message);
    }
  }
}
