package io.kubejar;

import io.kubejar.simulation.nodes.ScriptBook;
import java.util.List;
import java.util.Set;

/// What makes a cluster's nodes and pods behave, and is not in its store.
record Scenario(List<ScriptBook.Entry> scripts, Set<String> deadNodes) {
  static final Scenario NONE = new Scenario(List.of(), Set.of());
}
