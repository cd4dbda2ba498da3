package io.kubejar.controllers.garbage;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.InformerHandler;
import io.kubejar.client.WorkQueue;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notices every object whose owners, or whose dependents, may have become a reason to do
/// something.
public final class GarbageCollectorController implements Component {
  private static final Logger log = LoggerFactory.getLogger(GarbageCollectorController.class);
  private static final int WORKERS = 5;

  @Override
  public String name() {
    return "garbage-collector-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var sleepers = new CopyOnWriteArrayList<Runnable>();
    var graph =
        new OwnershipGraph(
            runtime.informers(), runtime.clock(), () -> sleepers.forEach(Runnable::run));
    var queue = new WorkQueue<Item<?>>(runtime.clock());
    var collector =
        new GarbageCollector(runtime.client(), graph, runtime.events(name()), queue::add);
    graph.watch(kind -> watch(kind, graph, queue), queue::add);
    for (int i = 0; i < WORKERS; i++) {
      var worker = new Worker(collector, queue, graph, sleepers);
      runtime.add("controller/" + name() + "/" + i, worker);
    }
  }

  private static <T extends KubernetesObject> void watch(
      OwnershipGraph.Watched<T> watched, OwnershipGraph graph, WorkQueue<Item<?>> queue) {
    watched.informer().addHandler(new Changes<>(watched, graph, queue));
  }

  private record Changes<T extends KubernetesObject>(
      OwnershipGraph.Watched<T> watched, OwnershipGraph graph, WorkQueue<Item<?>> queue)
      implements InformerHandler<T> {

    @Override
    public void onAdd(T object) {
      if (needsALook(object)) {
        queue.add(new Item<>(watched.type(), ObjectKey.of(object)));
      }
    }

    @Override
    public void onUpdate(T before, T now) {
      var old = before.metadata();
      var fresh = now.metadata();
      boolean changed =
          !old.ownerReferences().equals(fresh.ownerReferences())
              || !old.finalizers().equals(fresh.finalizers())
              || !Objects.equals(old.deletionTimestamp(), fresh.deletionTimestamp());
      if (!changed) {
        return;
      }
      if (needsALook(now)) {
        queue.add(new Item<>(watched.type(), ObjectKey.of(now)));
      }
      lookAtOwners(now); // It may no longer block one of them.
      lookAtOwners(before);
    }

    @Override
    public void onDelete(T object) {
      for (var dependent : graph.dependents(object.metadata().uid())) {
        queue.add(dependent.item());
      }
      lookAtOwners(object);
    }

    /// Whether it has owners that may be gone, or is being deleted in a way that is ours to finish.
    private boolean needsALook(T object) {
      var metadata = object.metadata();
      if (metadata.deletionTimestamp() != null) {
        return metadata.finalizers().contains(OwnerVerdict.ORPHAN)
            || metadata.finalizers().contains(OwnerVerdict.FOREGROUND);
      }
      return metadata.ownerReferences().stream()
          .anyMatch(
              reference ->
                  graph
                      .kind(reference.apiVersion(), reference.kind())
                      .filter(kind -> isThere(kind, object, reference))
                      .isEmpty());
    }

    private boolean isThere(
        OwnershipGraph.Watched<?> kind,
        T object,
        io.kubejar.apimachinery.meta.v1.OwnerReference reference) {
      return OwnershipGraph.ownerKey(object, kind.type(), reference)
          .flatMap(key -> kind.informer().find(key))
          .filter(owner -> owner.metadata().uid().equals(reference.uid()))
          .filter(owner -> owner.metadata().deletionTimestamp() == null)
          .isPresent();
    }

    private void lookAtOwners(T object) {
      for (var reference : object.metadata().ownerReferences()) {
        graph
            .kind(reference.apiVersion(), reference.kind())
            .ifPresent(kind -> lookAtOwner(kind, object, reference));
      }
    }

    private <O extends KubernetesObject> void lookAtOwner(
        OwnershipGraph.Watched<O> kind,
        T object,
        io.kubejar.apimachinery.meta.v1.OwnerReference reference) {
      OwnershipGraph.ownerKey(object, kind.type(), reference)
          .flatMap(key -> kind.informer().find(key))
          .filter(owner -> owner.metadata().finalizers().contains(OwnerVerdict.FOREGROUND))
          .ifPresent(owner -> queue.add(new Item<>(kind.type(), ObjectKey.of(owner))));
    }
  }

  /// Takes one item at a time, once every cache has its first list.
  private record Worker(
      GarbageCollector collector,
      WorkQueue<Item<?>> queue,
      OwnershipGraph graph,
      List<Runnable> sleepers)
      implements Steppable {

    @Override
    public boolean step() throws InterruptedException {
      if (!graph.ready()) {
        return false;
      }
      var item = queue.poll();
      if (item == null) {
        return false;
      }
      try {
        collector.look(item);
        queue.forget(item);
      } catch (ApiException refused) {
        log.debug("Looks again later. item={} why={}", item, refused.getMessage());
        queue.addRateLimited(item);
      } catch (RuntimeException broken) {
        log.error("Looking at an object failed. item={}", item, broken);
        queue.addRateLimited(item);
      } finally {
        queue.done(item);
      }
      return true;
    }

    @Override
    public void onWork(Runnable wakeUp) {
      queue.onWork(wakeUp);
      sleepers.add(wakeUp);
    }
  }
}
