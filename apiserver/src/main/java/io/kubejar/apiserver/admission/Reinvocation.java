package io.kubejar.apiserver.admission;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/// What the plugins of one request remember between the two rounds of mutation. There is a second
/// round if one of those that may be called again says that it changed the object; upstream's
/// plugins agree in the same way. Used by one thread.
public final class Reinvocation {
  private final Map<Object, Object> notes = new HashMap<>();
  private boolean wanted;
  private boolean second;

  /// Asks for a second round, in which all plugins are called once more.
  public void require() {
    wanted = true;
  }

  /// Whether this is the second round.
  public boolean isSecondRound() {
    return second;
  }

  /// What a plugin keeps for itself, under a key that only it has.
  @SuppressWarnings("unchecked") // Who has the key knows the type.
  public <T> T notes(Object key, Supplier<T> fresh) {
    return (T) notes.computeIfAbsent(key, _ -> fresh.get());
  }

  boolean beginSecondRound() {
    second = wanted;
    return second;
  }
}
