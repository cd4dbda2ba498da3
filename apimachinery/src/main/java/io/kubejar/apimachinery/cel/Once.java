package io.kubejar.apimachinery.cel;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes a thing when it is first wanted, and keeps it.
final class Once<T> implements Supplier<T> {
  private final Supplier<T> maker;
  private volatile @Nullable T made;

  private Once(Supplier<T> maker) {
    this.maker = maker;
  }

  static <T> Supplier<T> of(Supplier<T> maker) {
    return new Once<>(maker);
  }

  @Override
  public T get() {
    var known = made;
    if (known != null) {
      return known;
    }
    synchronized (this) {
      var first = made;
      if (first == null) {
        first = maker.get();
        made = first;
      }
      return first;
    }
  }
}
