package io.kubejar.kubelet.log;

import java.time.Instant;

/// Which part of a log is wanted.
///
/// @param lines the last so many; negative for all
/// @param bytes at most so many; negative without limit
/// @param stream `stdout`, `stderr`, or `All`
public record LogOptions(
    boolean follow, boolean timestamps, long lines, long bytes, Instant since, String stream) {
  public static final LogOptions ALL = new LogOptions(false, false, -1, -1, Instant.MIN, "All");
}
