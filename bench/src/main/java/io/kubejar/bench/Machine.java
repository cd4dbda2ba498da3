package io.kubejar.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// The machine that the numbers were measured on, and the memory and time of its processes.
final class Machine {
  private static final int TICKS_PER_SECOND = 100; // What Linux has always told user space.

  private Machine() {}

  static String describe() {
    return "# %d cores, %s, Java %s, flags %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name") + " " + System.getProperty("os.version"),
            Runtime.version(),
            String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()));
  }

  /// Resident memory of a process, in bytes.
  static long residentBytes(long pid) {
    return lines(pid, "status")
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }

  /// Processor time of a process so far, in seconds.
  static double cpuSeconds(long pid) {
    var stat = lines(pid, "stat").findFirst().orElseThrow();
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) TICKS_PER_SECOND;
  }

  /// What the objects that are alive in a Java process take of its heap, in bytes; collects first.
  static long liveHeapBytes(long pid) throws IOException {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    var command = new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram");
    var histogram = new String(command.start().getInputStream().readAllBytes(), US_ASCII);
    // The last line: Total, objects, bytes.
    var total = histogram.strip().lines().reduce((_, last) -> last).orElse("");
    var columns = total.strip().split("\\s+", -1);
    if (columns.length < 3 || !columns[0].equals("Total")) {
      throw new IOException("jcmd does not tell the heap of process " + pid + ": " + total);
    }
    return Long.parseLong(columns[2]);
  }

  private static java.util.stream.Stream<String> lines(long pid, String file) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), file)).stream();
    } catch (IOException e) {
      throw new UncheckedIOException("process " + pid + " is gone", e);
    }
  }
}
