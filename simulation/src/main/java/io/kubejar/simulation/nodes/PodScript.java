package io.kubejar.simulation.nodes;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What becomes of a pod on a simulated node. Times are in the cluster's time and count in whole
/// seconds, as the times in a pod's status do.
///
/// @param startAfter from the moment the pod is bound until its containers run: pulling images and
///   so on
/// @param readyAfter from the moment a container runs until it is ready; null if it never is
/// @param exit how each run of a container ends; null if it runs until somebody ends it
/// @param terminateAfter from the moment the pod is deleted until it is gone; cut off by its grace
///   period
public record PodScript(
    Duration startAfter,
    @Nullable Duration readyAfter,
    @Nullable Exit exit,
    Duration terminateAfter) {

  /// Runs and is ready at once, goes at once when it is deleted.
  public static final PodScript AT_ONCE =
      new PodScript(Duration.ZERO, Duration.ZERO, null, Duration.ZERO);

  /// How a container's run ends.
  ///
  /// @param after from the moment it runs
  /// @param times how many runs end this way; the next one goes on running
  public record Exit(Duration after, int code, int times) {
    public Exit {
      if (after.isNegative() || times < 1 || code < 0 || code > 255) {
        throw new IllegalArgumentException(
            "no way to exit: after=" + after + " code=" + code + " times=" + times);
      }
    }
  }

  public PodScript withStartAfter(Duration value) {
    return new PodScript(value, readyAfter, exit, terminateAfter);
  }

  public PodScript withReadyAfter(@Nullable Duration value) {
    return new PodScript(startAfter, value, exit, terminateAfter);
  }

  public PodScript withExit(@Nullable Exit value) {
    return new PodScript(startAfter, readyAfter, value, terminateAfter);
  }

  public PodScript withTerminateAfter(Duration value) {
    return new PodScript(startAfter, readyAfter, exit, value);
  }
}
