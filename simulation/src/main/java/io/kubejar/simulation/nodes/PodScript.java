package io.kubejar.simulation.nodes;

import io.kubejar.apimachinery.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What becomes of a pod on a simulated node, and what it answers. Times are in the cluster's time
/// and count in whole seconds, as the times in a pod's status do.
///
/// @param startAfter from the moment the pod is bound until its containers run: pulling images and
///   so on
/// @param readyAfter from the moment a container runs until it is ready; null if it never is
/// @param exit how each run of a container ends; null if it runs until somebody ends it
/// @param terminateAfter from the moment the pod is deleted until it is gone; cut off by its grace
///   period
/// @param log what each run of a container prints
/// @param usage what each container uses
/// @param exec answers `kubectl exec`; null if nothing does
/// @param ports answers `kubectl port-forward`; null if nothing does
public record PodScript(
    Duration startAfter,
    @Nullable Duration readyAfter,
    @Nullable Exit exit,
    Duration terminateAfter,
    List<Line> log,
    Usage usage,
    @Nullable ExecHandler exec,
    @Nullable PortHandler ports) {
  /// As many lines can a script have.
  public static final int LINES_MAX = 100_000;

  /// Runs and is ready at once, goes at once when it is deleted.
  public static final PodScript AT_ONCE =
      new PodScript(
          Duration.ZERO, Duration.ZERO, null, Duration.ZERO, List.of(), Usage.SMALL, null, null);

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

  /// One line that a run prints on its standard output.
  ///
  /// @param after from the moment it runs
  /// @param text without the line break
  public record Line(Duration after, String text) {
    public Line {
      if (after.isNegative() || text.indexOf('\n') >= 0) {
        throw new IllegalArgumentException("not a line: after=" + after + " text=" + text);
      }
    }
  }

  /// What a container uses, from its start to its end.
  public record Usage(Quantity cpu, Quantity memory) {
    static final Usage SMALL = new Usage(Quantity.parse("1m"), Quantity.parse("10Mi"));
  }

  public PodScript {
    if (startAfter.isNegative()
        || terminateAfter.isNegative()
        || (readyAfter != null && readyAfter.isNegative())) {
      throw new IllegalArgumentException("nothing happens before its time");
    }
    if (log.size() > LINES_MAX) {
      throw new IllegalArgumentException("more than " + LINES_MAX + " lines");
    }
    log = List.copyOf(log);
  }

  public PodScript withStartAfter(Duration value) {
    return new PodScript(value, readyAfter, exit, terminateAfter, log, usage, exec, ports);
  }

  public PodScript withReadyAfter(@Nullable Duration value) {
    return new PodScript(startAfter, value, exit, terminateAfter, log, usage, exec, ports);
  }

  public PodScript withExit(@Nullable Exit value) {
    return new PodScript(startAfter, readyAfter, value, terminateAfter, log, usage, exec, ports);
  }

  public PodScript withTerminateAfter(Duration value) {
    return new PodScript(startAfter, readyAfter, exit, value, log, usage, exec, ports);
  }

  /// With these lines after those that there are.
  public PodScript withMoreLog(List<Line> lines) {
    var all = new ArrayList<>(log);
    all.addAll(lines);
    return new PodScript(startAfter, readyAfter, exit, terminateAfter, all, usage, exec, ports);
  }

  public PodScript withUsage(Usage value) {
    return new PodScript(startAfter, readyAfter, exit, terminateAfter, log, value, exec, ports);
  }

  public PodScript withExec(ExecHandler value) {
    return new PodScript(startAfter, readyAfter, exit, terminateAfter, log, usage, value, ports);
  }

  public PodScript withPorts(PortHandler value) {
    return new PodScript(startAfter, readyAfter, exit, terminateAfter, log, usage, exec, value);
  }
}
