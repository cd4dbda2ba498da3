package io.kubejar.apiserver.strategy;

import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.apiserver.request.Call;
import java.util.LinkedHashMap;

/// Workloads that differ from the common rules in one point.
final class WorkloadStrategies {
  private WorkloadStrategies() {}

  /// Deployments, whose labels nobody changes who reports their status.
  static final class Deployments extends Strategy<Deployment> {
    Deployments() {
      super(Deployment.RESOURCE);
    }

    @Override
    public Deployment prepareForStatusUpdate(Call call, Deployment deployment, Deployment old) {
      var metadata = deployment.metadata().withLabels(old.metadata().labels());
      return super.prepareForStatusUpdate(call, deployment.withMetadata(metadata), old);
    }
  }

  /// DaemonSets count the changes of their template. Once that was a field.
  static final class DaemonSets extends Strategy<DaemonSet> {
    private static final String GENERATION = "deprecated.daemonset.template.generation";

    DaemonSets() {
      super(DaemonSet.RESOURCE);
    }

    @Override
    public DaemonSet prepareForCreate(Call call, DaemonSet set) throws InterruptedException {
      return counted(super.prepareForCreate(call, set), Math.max(1, generation(set)));
    }

    @Override
    public DaemonSet prepareForUpdate(Call call, DaemonSet set, DaemonSet old)
        throws InterruptedException {
      var prepared = super.prepareForUpdate(call, set, old);
      boolean same = prepared.spec().template().equals(old.spec().template());
      return counted(prepared, same ? generation(old) : generation(old) + 1);
    }

    @Override
    public DaemonSet prepareForStatusUpdate(Call call, DaemonSet set, DaemonSet old) {
      return counted(super.prepareForStatusUpdate(call, set, old), generation(old));
    }

    private static long generation(DaemonSet set) {
      try {
        return Long.parseLong(set.metadata().annotations().getOrDefault(GENERATION, "0"));
      } catch (NumberFormatException _) {
        return 0;
      }
    }

    private static DaemonSet counted(DaemonSet set, long generation) {
      var annotations = new LinkedHashMap<>(set.metadata().annotations());
      annotations.put(GENERATION, Long.toString(generation));
      return annotations.equals(set.metadata().annotations())
          ? set
          : set.withMetadata(set.metadata().withAnnotations(annotations));
    }
  }
}
