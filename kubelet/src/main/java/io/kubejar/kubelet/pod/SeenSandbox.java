package io.kubejar.kubelet.pod;

import java.time.Instant;
import java.util.List;

/// A pod sandbox as the runtime has it.
public record SeenSandbox(
    String id, int attempt, boolean ready, Instant createdAt, List<String> ips) {
  public SeenSandbox {
    ips = List.copyOf(ips);
  }
}
