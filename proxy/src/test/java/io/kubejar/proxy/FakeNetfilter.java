package io.kubejar.proxy;

import java.util.ArrayList;
import java.util.List;

/// Remembers what it was told.
final class FakeNetfilter implements Netfilter {
  final List<String> applied = new ArrayList<>();
  final List<Flow> forgotten = new ArrayList<>();
  boolean refuses;

  @Override
  public void apply(String commands) {
    if (refuses) {
      throw new RefusedException("no such table");
    }
    applied.add(commands);
  }

  @Override
  public List<String> tables() {
    return List.of();
  }

  @Override
  public void forgetFlows(Flow flow) {
    forgotten.add(flow);
  }
}
