package io.kubejar.controlplane;

import io.kubejar.client.Component;
import io.kubejar.controllers.Controllers;
import io.kubejar.controllers.Watchers;
import io.kubejar.http.pki.Pem;
import java.util.List;

/// The controllers of a control plane, in the order in which they are installed.
final class Components {
  private Components() {}

  static List<Component> of(ControlPlaneOptions options, Watchers watchers) {
    var authority = Pem.encode(List.of(options.pki().authority().certificate()));
    return Controllers.chosen(Controllers.all(authority, watchers), options.controllers());
  }
}
