package io.kubejar.client;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/// Makes each informer on the first request for it and hands it to whoever runs parts.
public final class SharedInformers implements Informers {
  private final Client client;
  private final Clock clock;
  private final RandomGenerator random;
  private final BiConsumer<String, Steppable> runner;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Wanted, CachedInformer<?>> informers = new HashMap<>();

  public SharedInformers(
      Client client, Clock clock, RandomGenerator random, BiConsumer<String, Steppable> runner) {
    this.client = client;
    this.clock = clock;
    this.random = random;
    this.runner = runner;
  }

  @Override
  @SuppressWarnings("unchecked") // The key holds the type that the informer was made for.
  public <T extends KubernetesObject> Informer<T> informer(
      ResourceType<T> type, ListOptions selection) {
    CachedInformer<T> made;
    lock.lock();
    try {
      var wanted = new Wanted(type, selection);
      var known = informers.get(wanted);
      if (known != null) {
        return (Informer<T>) known;
      }
      made = new CachedInformer<>(client, type, selection, clock, random);
      informers.put(wanted, made);
    } finally {
      lock.unlock();
    }
    runner.accept("informer/" + type, made);
    return made;
  }

  @Override
  public void forget(ResourceType<?> type) {
    lock.lock();
    try {
      informers
          .entrySet()
          .removeIf(
              entry -> {
                boolean gone = entry.getKey().type.equals(type);
                if (gone) {
                  entry.getValue().retire();
                }
                return gone;
              });
    } finally {
      lock.unlock();
    }
  }

  /// Every informer that was asked for.
  public List<Informer<?>> all() {
    lock.lock();
    try {
      return List.copyOf(informers.values());
    } finally {
      lock.unlock();
    }
  }

  /// Ends all watches. To be called when nobody steps the informers any more.
  public void close() {
    lock.lock();
    try {
      informers.values().forEach(CachedInformer::close);
    } finally {
      lock.unlock();
    }
  }

  private record Wanted(ResourceType<?> type, ListOptions selection) {}
}
