package io.kubejar.controllers.daemonset;

import io.kubejar.api.apps.v1.ControllerRevision;
import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.Expectations;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import io.kubejar.controllers.history.TemplateData;
import io.kubejar.controllers.ownership.ControllerRefs;
import io.kubejar.controllers.pods.OwnedPods;
import io.kubejar.controllers.pods.UncertainWrites;
import java.util.List;
import java.util.Optional;

/// Looks at a DaemonSet when it, one of its pods or revisions, or a node that matters to it
/// changes.
public final class DaemonSetController implements Component {
  private static final int WORKERS = 2;
  private static final String BY_NODE = "node";

  @Override
  public String name() {
    return "daemonset-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var daemonSets = runtime.informers().informer(DaemonSet.RESOURCE);
    var revisions = runtime.informers().informer(ControllerRevision.RESOURCE);
    var pods = runtime.informers().informer(Pod.RESOURCE);
    var nodes = runtime.informers().informer(Node.RESOURCE);
    pods.addIndex(BY_NODE, pod -> List.of(pod.spec().nodeName()));
    var expectations = new Expectations(runtime.clock());
    var events = runtime.events(name());
    var uncertain = new UncertainWrites(runtime.client(), pods);
    var reconciler =
        new DaemonSetReconciler(
            new DaemonSetReconciler.Caches(daemonSets, pods, nodes),
            new DaemonHistory(runtime.client(), revisions),
            new DaemonSteps(runtime.client(), expectations, uncertain, events, runtime.together()),
            new FailedPods(runtime.clock()),
            runtime.clock());
    var controller =
        runtime
            .controller(name(), WORKERS, reconciler)
            .watches(daemonSets)
            .requires(revisions, pods, nodes);
    pods.addHandler(
        new OwnedPods<>(
            DaemonSet.RESOURCE,
            daemonSets,
            set -> LabelSelectors.of(set.spec().selector()),
            set -> set.spec().minReadySeconds(),
            expectations,
            controller));
    revisions.addHandler(new RevisionHandler(daemonSets, controller));
    var nodeChanges = new NodeChanges(nodes, daemonSets, pods, BY_NODE, controller);
    var nodeController =
        runtime
            .controller(name() + "/nodes", WORKERS, nodeChanges)
            .requires(nodes, daemonSets, pods);
    nodes.addHandler(new NodeChanges.Handler(nodeController));
  }

  /// Finds the DaemonSets that a change of a revision matters to. That today's template has got its
  /// revision is no news to a DaemonSet; that another one has is, if the cache was behind when
  /// today's got its number.
  private record RevisionHandler(Informer<DaemonSet> daemonSets, Controller controller)
      implements InformerHandler<ControllerRevision> {

    @Override
    public void onAdd(ControllerRevision revision) {
      if (revision.metadata().deletionTimestamp() != null) {
        onDelete(revision);
      } else if (ControllerRefs.of(revision).isEmpty()) {
        enqueueWhoMayAdopt(revision);
      } else {
        owner(revision)
            .filter(owner -> !TemplateData.isOf(revision, owner.spec().template()))
            .ifPresent(owner -> controller.enqueue(ObjectKey.of(owner)));
      }
    }

    @Override
    public void onUpdate(ControllerRevision before, ControllerRevision now) {
      var reference = ControllerRefs.of(now);
      if (!ControllerRefs.of(before).equals(reference)) {
        onDelete(before);
      }
      if (reference.isPresent()) {
        onDelete(now);
      } else if (!before.metadata().labels().equals(now.metadata().labels())
          || ControllerRefs.of(before).isPresent()) {
        enqueueWhoMayAdopt(now);
      }
    }

    @Override
    public void onDelete(ControllerRevision revision) {
      owner(revision).ifPresent(owner -> controller.enqueue(ObjectKey.of(owner)));
    }

    private Optional<DaemonSet> owner(ControllerRevision revision) {
      return ControllerRefs.of(revision)
          .filter(owner -> owner.kind().equals("DaemonSet"))
          .map(owner -> new ObjectKey(revision.metadata().namespace(), owner.name()))
          .flatMap(daemonSets::find)
          .filter(owner -> ControllerRefs.isControlledBy(revision, owner));
    }

    private void enqueueWhoMayAdopt(ControllerRevision revision) {
      for (var daemonSet : daemonSets.inNamespace(revision.metadata().namespace())) {
        var selector = LabelSelectors.of(daemonSet.spec().selector());
        if (!selector.isEmpty() && selector.matches(revision.metadata().labels())) {
          controller.enqueue(ObjectKey.of(daemonSet));
        }
      }
    }
  }
}
