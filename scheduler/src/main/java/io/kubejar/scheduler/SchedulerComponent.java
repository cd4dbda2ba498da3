package io.kubejar.scheduler;

import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The scheduler with the standard profile, as a part of a control plane.
public final class SchedulerComponent implements Component {
  private volatile @Nullable Scheduler scheduler;

  @Override
  public String name() {
    return "kube-scheduler";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    scheduler = Scheduler.install(runtime, Profile.standard());
  }

  /// What was last decided about the pod, and why.
  public Optional<Explanation> explain(ObjectKey pod) {
    var installed = scheduler;
    return installed == null ? Optional.empty() : installed.explain(pod);
  }
}
