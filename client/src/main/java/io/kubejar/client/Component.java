package io.kubejar.client;

/// A part of the control plane or of a node: it takes what it needs from the runtime and adds its
/// controllers and loops to it. Nothing runs before the runtime is started or stepped.
public interface Component {

  /// The name that users switch it on and off by, such as `deployment-controller`.
  String name();

  void install(ComponentRuntime runtime);
}
