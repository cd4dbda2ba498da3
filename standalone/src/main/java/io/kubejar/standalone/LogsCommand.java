package io.kubejar.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Shows the end of the cluster's own log (not the containers': those are `kubectl logs`).
@Command(
    name = "logs",
    mixinStandardHelpOptions = true,
    description = "Shows the end of the cluster's own log; for containers use: kubectl logs")
final class LogsCommand implements Callable<Integer> {
  private static final int MAX_LINES = 100_000;

  @Mixin private ClusterSelection cluster = new ClusterSelection();

  @Option(
      names = "--tail",
      paramLabel = "LINES",
      defaultValue = "100",
      description = "how many lines (default: 100)")
  private int tail = 100;

  @Override
  public Integer call() throws IOException {
    if (tail < 1 || tail > MAX_LINES) {
      throw CommandFailure.usage("--tail must be between 1 and " + MAX_LINES);
    }
    var file = cluster.require().layout().log();
    if (!Files.exists(file)) {
      throw CommandFailure.because("there is no log yet at " + file);
    }
    var last = new ArrayDeque<String>(tail);
    try (var lines = Files.lines(file)) {
      lines.forEach(
          line -> {
            if (last.size() == tail) {
              last.removeFirst();
            }
            last.addLast(line);
          });
    }
    last.forEach(System.out::println);
    return 0;
  }
}
