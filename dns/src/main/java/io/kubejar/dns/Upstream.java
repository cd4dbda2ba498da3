package io.kubejar.dns;

import java.io.IOException;
import java.util.Optional;

/// The resolvers outside the cluster.
interface Upstream {

  /// Asks the question of a message as it is. Empty if nobody answers, or if too many are asking
  /// already.
  Optional<byte[]> ask(byte[] message, boolean reliably) throws IOException;
}
