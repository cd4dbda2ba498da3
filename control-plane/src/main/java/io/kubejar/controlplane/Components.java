package io.kubejar.controlplane;

import io.kubejar.client.Component;
import java.util.List;

/// The controllers of a control plane, in the order in which they are installed.
final class Components {
  private Components() {}

  static List<Component> of(ControlPlaneOptions options) {
    return List.of();
  }
}
