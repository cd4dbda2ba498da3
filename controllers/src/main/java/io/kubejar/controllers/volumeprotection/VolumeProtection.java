package io.kubejar.controllers.volumeprotection;

import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Client;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Informer;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;

/// Keeps volumes that are bound to a claim.
public final class VolumeProtection implements Component {
  private static final Finalizer FINALIZER = new Finalizer("kubernetes.io/pv-protection");
  private static final String BOUND = "Bound";
  private static final int WORKERS = 1;

  @Override
  public String name() {
    return "persistentvolume-protection-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var volumes = runtime.informers().informer(PersistentVolume.RESOURCE);
    runtime.controller(name(), WORKERS, new Protect(runtime.client(), volumes)).watches(volumes);
  }

  private record Protect(Client client, Informer<PersistentVolume> volumes) implements Reconciler {
    @Override
    public Outcome reconcile(ObjectKey key) throws InterruptedException {
      var found = volumes.find(key);
      if (found.isEmpty()) {
        return Outcome.done();
      }
      var volume = found.get();
      var metadata = volume.metadata();
      switch (FINALIZER.next(metadata)) {
        case NOTHING -> {}
        case ADD ->
            client.update(
                PersistentVolume.RESOURCE, volume.withMetadata(FINALIZER.addedTo(metadata)));
        case REMOVE_IF_UNUSED -> {
          if (!volume.status().phase().equals(BOUND)) {
            client.update(
                PersistentVolume.RESOURCE, volume.withMetadata(FINALIZER.removedFrom(metadata)));
          }
        }
      }
      return Outcome.done();
    }
  }
}
