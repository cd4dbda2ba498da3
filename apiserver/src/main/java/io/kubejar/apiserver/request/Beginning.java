package io.kubejar.apiserver.request;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The costly part of an answer: of a watch, until what was there already has been sent; of any
/// other, until all has been sent. Whoever sends it says when it is over; whoever counts the cost
/// hears of it, once.
public final class Beginning {
  private final AtomicReference<@Nullable Runnable> listener = new AtomicReference<>();

  /// Runs the action when the beginning is over. One at most may be given.
  public void whenOver(Runnable action) {
    listener.set(action);
  }

  public void isOver() {
    var action = listener.getAndSet(null);
    if (action != null) {
      action.run();
    }
  }
}
