package io.kubejar.simulation.nodes;

import io.kubejar.api.core.v1.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/// Scripts that can change while pods live. Of those that match a pod, the one that was written
/// last holds.
///
/// Safe for use by many threads.
public final class ScriptBook implements PodScripts {
  private static final int ENTRIES_MAX = 10_000;

  private final PodScripts usual;
  private final AtomicReference<List<Entry>> entries;

  /// What differs for some pods from what is usual.
  public record Entry(PodSelection which, UnaryOperator<PodScript> change) {}

  /// @param usual for pods that no entry matches, and what entries start from
  public ScriptBook(PodScripts usual, List<Entry> entries) {
    this.usual = usual;
    this.entries = new AtomicReference<>(List.copyOf(entries));
  }

  /// Makes this the last word for these pods. What was said for exactly the same selection is
  /// forgotten.
  ///
  /// @throws IllegalStateException if there are too many different selections
  public void write(Entry entry) {
    entries.updateAndGet(
        before -> {
          var all = new ArrayList<Entry>();
          before.stream().filter(it -> !it.which().equals(entry.which())).forEach(all::add);
          all.add(entry);
          if (all.size() > ENTRIES_MAX) {
            throw new IllegalStateException("more than " + ENTRIES_MAX + " scripts");
          }
          return List.copyOf(all);
        });
  }

  /// All that is written, the last word last.
  public List<Entry> entries() {
    return entries.get();
  }

  @Override
  public PodScript of(Pod pod) {
    for (var entry : entries.get().reversed()) {
      if (entry.which().matches(pod)) {
        return entry.change().apply(usual.of(pod));
      }
    }
    return usual.of(pod);
  }
}
