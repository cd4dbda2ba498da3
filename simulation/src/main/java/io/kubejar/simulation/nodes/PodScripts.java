package io.kubejar.simulation.nodes;

import io.kubejar.api.core.v1.Pod;
import java.time.Duration;

/// Knows the script of every pod.
@FunctionalInterface
public interface PodScripts {

  /// Pods of Jobs, and others that shall not be restarted, do their work in a second; all others
  /// run until they are deleted.
  PodScripts USUAL =
      pod ->
          pod.spec().restartPolicy().equals("Always")
              ? PodScript.AT_ONCE
              : PodScript.AT_ONCE.withExit(
                  new PodScript.Exit(Duration.ofSeconds(1), 0, Integer.MAX_VALUE));

  PodScript of(Pod pod);
}
