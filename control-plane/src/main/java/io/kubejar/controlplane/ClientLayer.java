package io.kubejar.controlplane;

import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.client.Client;

/// What lies between a client of this process and the API server, for who wants to see what goes
/// through or change it.
@FunctionalInterface
public interface ClientLayer {
  ClientLayer NONE = (client, _, _) -> client;

  /// @param manager the field manager of this client's writes, which says what part uses it
  Client around(Client client, UserInfo user, String manager);
}
