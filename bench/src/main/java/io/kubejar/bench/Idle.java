package io.kubejar.bench;

import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// What a process costs while nobody asks anything of it.
final class Idle {
  private static final int SETTLING_SECONDS = 10;

  private Idle() {}

  static List<Row> measure(String bench, long pid, int seconds, String conditions) {
    passes(SETTLING_SECONDS);
    double before = Machine.cpuSeconds(pid);
    passes(seconds);
    double used = Machine.cpuSeconds(pid) - before;
    return List.of(
        new Row(
            bench,
            "idle resident memory",
            Machine.residentBytes(pid) / (double) (1 << 20),
            "MiB",
            conditions + ", " + SETTLING_SECONDS + " s after start"),
        new Row(
            bench,
            "idle processor time",
            100 * used / seconds,
            "% of a core",
            conditions + ", over " + seconds + " s"));
  }

  /// Here the passing of time is what is measured.
  private static void passes(int seconds) {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
