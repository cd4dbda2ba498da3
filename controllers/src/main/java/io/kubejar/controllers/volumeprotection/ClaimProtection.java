package io.kubejar.controllers.volumeprotection;

import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Client;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import io.kubejar.client.ListOptions;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import io.kubejar.controllers.pods.PodStates;
import java.util.List;
import java.util.Objects;

/// Keeps claims that a pod on a node uses. A pod without a node does not count: no node starts a
/// pod whose claim is being deleted.
public final class ClaimProtection implements Component {
  private static final Finalizer FINALIZER = new Finalizer("kubernetes.io/pvc-protection");
  private static final String BY_CLAIM = "claim";
  private static final int WORKERS = 1;

  @Override
  public String name() {
    return "persistentvolumeclaim-protection-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var claims = runtime.informers().informer(PersistentVolumeClaim.RESOURCE);
    var pods = runtime.informers().informer(Pod.RESOURCE);
    pods.addIndex(BY_CLAIM, pod -> claimsOf(pod).stream().map(ClaimProtection::indexed).toList());
    var controller =
        runtime
            .controller(name(), WORKERS, new Protect(runtime.client(), claims, pods))
            .watches(claims)
            .requires(pods);
    pods.addHandler(new PodEnds(controller));
  }

  private static String indexed(ObjectKey claim) {
    return claim.namespace() + "/" + claim.name();
  }

  /// The claims that a pod refers to, and those made for it that it still needs.
  private static List<ObjectKey> claimsOf(Pod pod) {
    var namespace = pod.metadata().namespace();
    return pod.spec().volumes().stream()
        .map(volume -> claimOf(pod, volume))
        .filter(name -> !name.isEmpty())
        .map(name -> new ObjectKey(namespace, name))
        .toList();
  }

  private static String claimOf(Pod pod, Volume volume) {
    var claim = volume.persistentVolumeClaim();
    if (claim != null) {
      return claim.claimName();
    }
    return volume.ephemeral() != null && !PodStates.isTerminal(pod)
        ? pod.metadata().name() + "-" + volume.name()
        : "";
  }

  private record PodEnds(Controller controller) implements InformerHandler<Pod> {
    @Override
    public void onAdd(Pod pod) {
      if (PodStates.isTerminal(pod)) {
        look(pod);
      }
    }

    @Override
    public void onUpdate(Pod before, Pod now) {
      // A new pod of the same name may have come for one whose end was missed.
      if (!before.metadata().uid().equals(now.metadata().uid())) {
        look(before);
      }
      onAdd(now);
    }

    @Override
    public void onDelete(Pod pod) {
      look(pod);
    }

    private void look(Pod pod) {
      for (var volume : pod.spec().volumes()) {
        var claim = volume.persistentVolumeClaim();
        var made = pod.metadata().name() + "-" + volume.name();
        if (claim != null || volume.ephemeral() != null) {
          var name = claim != null ? claim.claimName() : made;
          controller.enqueue(new ObjectKey(pod.metadata().namespace(), name));
        }
      }
    }
  }

  private record Protect(Client client, Informer<PersistentVolumeClaim> claims, Informer<Pod> pods)
      implements Reconciler {
    @Override
    public Outcome reconcile(ObjectKey key) throws InterruptedException {
      var found = claims.find(key);
      if (found.isEmpty()) {
        return Outcome.done();
      }
      var claim = found.get();
      var metadata = claim.metadata();
      switch (FINALIZER.next(metadata)) {
        case NOTHING -> {}
        case ADD -> update(claim.withMetadata(FINALIZER.addedTo(metadata)));
        case REMOVE_IF_UNUSED -> {
          if (!isUsed(claim)) {
            update(claim.withMetadata(FINALIZER.removedFrom(metadata)));
          }
        }
      }
      return Outcome.done();
    }

    private void update(PersistentVolumeClaim claim) throws InterruptedException {
      client.update(PersistentVolumeClaim.RESOURCE, claim);
    }

    private boolean isUsed(PersistentVolumeClaim claim) throws InterruptedException {
      var known = pods.byIndex(BY_CLAIM, indexed(ObjectKey.of(claim)));
      if (known.stream().anyMatch(pod -> uses(pod, claim))) {
        return true;
      }
      // Asked of the server: the cache may be behind, and this cannot be undone.
      var namespace = ListOptions.ALL.withNamespace(claim.metadata().namespace());
      return client.list(Pod.RESOURCE, namespace).items().stream()
          .anyMatch(pod -> uses(pod, claim));
    }

    private static boolean uses(Pod pod, PersistentVolumeClaim claim) {
      return !pod.spec().nodeName().isEmpty()
          && pod.spec().volumes().stream().anyMatch(volume -> uses(pod, volume, claim));
    }

    private static boolean uses(Pod pod, Volume volume, PersistentVolumeClaim claim) {
      boolean named = claimOf(pod, volume).equals(claim.metadata().name());
      return named && (volume.ephemeral() == null || isMadeFor(pod, claim));
    }

    private static boolean isMadeFor(Pod pod, PersistentVolumeClaim claim) {
      return claim.metadata().ownerReferences().stream()
          .anyMatch(
              owner ->
                  Objects.equals(owner.uid(), pod.metadata().uid())
                      && Boolean.TRUE.equals(owner.controller()));
    }
  }
}
