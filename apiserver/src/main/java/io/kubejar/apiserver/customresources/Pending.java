package io.kubejar.apiserver.customresources;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// The names of definitions that must be looked at, each once, in the order they came.
final class Pending {
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<String> names = new LinkedHashSet<>();
  private volatile Runnable wakeUp = () -> {};

  void onAdd(Runnable listener) {
    wakeUp = listener;
  }

  void add(String name) {
    lock.lock();
    try {
      names.add(name);
    } finally {
      lock.unlock();
    }
    wake();
  }

  void wake() {
    wakeUp.run();
  }

  Optional<String> next() {
    lock.lock();
    try {
      var first = names.stream().findFirst();
      first.ifPresent(names::remove);
      return first;
    } finally {
      lock.unlock();
    }
  }
}
