package io.kubejar.apiserver.oidc;

import java.io.IOException;
import java.net.URI;

/// Gets documents of identity providers.
@FunctionalInterface
public interface Fetcher {
  /// The body of a good answer.
  ///
  /// @param certificateAuthority PEM of who signed the provider's certificate; empty means the
  ///   authorities that this machine trusts
  /// @throws IOException if there was no good answer in time
  byte[] get(URI address, String certificateAuthority) throws IOException, InterruptedException;
}
