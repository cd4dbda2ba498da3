package io.kubejar.controllers.deployment;

import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.apimachinery.IntOrString;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How many pods more, and how many available pods less, a rollout may have than the Deployment
/// asks for.
record Fenceposts(int maxSurge, int maxUnavailable) {
  private static final IntOrString QUARTER = IntOrString.of("25%");

  static Fenceposts of(Deployment deployment) {
    var strategy = deployment.spec().strategy();
    int replicas = replicas(deployment);
    if (strategy.type().equals("Recreate")) {
      return new Fenceposts(0, 0);
    }
    var rolling = strategy.rollingUpdate();
    var surge = rolling == null ? QUARTER : orQuarter(rolling.maxSurge());
    var unavailable = rolling == null ? QUARTER : orQuarter(rolling.maxUnavailable());
    int maxSurge = surge.scaled(replicas, true);
    int maxUnavailable = unavailable.scaled(replicas, false);
    if (maxSurge == 0 && maxUnavailable == 0) {
      maxUnavailable = 1; // Rounding down must not stop the rollout for ever.
    }
    return new Fenceposts(maxSurge, Math.min(maxUnavailable, replicas));
  }

  static int replicas(Deployment deployment) {
    return Objects.requireNonNullElse(deployment.spec().replicas(), 1);
  }

  private static IntOrString orQuarter(@Nullable IntOrString value) {
    return value == null ? QUARTER : value;
  }
}
