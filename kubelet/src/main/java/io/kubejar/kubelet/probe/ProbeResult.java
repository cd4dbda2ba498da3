package io.kubejar.kubelet.probe;

/// What one try of a probe found.
public record ProbeResult(boolean passed, String output) {
  static final ProbeResult PASSED = new ProbeResult(true, "");

  static ProbeResult failed(String output) {
    return new ProbeResult(false, output);
  }
}
