package io.kubejar.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The entry point of `./kubejar bench`.
@Command(
    name = "kubejar bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures Kubejar on this machine and prints a table.",
      "Without names, all benchmarks run; --list names them.",
    })
public final class Main implements Callable<Integer> {
  @Parameters(paramLabel = "NAME", arity = "0..*", description = "which benchmarks")
  private List<String> names = new ArrayList<>();

  @Option(names = "--json", paramLabel = "FILE", description = "also write the rows to FILE")
  private @Nullable Path json;

  @Option(names = "--list", description = "name the benchmarks and measure nothing")
  private boolean list;

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Main())
            .setParameterExceptionHandler(
                (failure, _) -> {
                  System.err.println("kubejar bench: " + failure.getMessage() + "; see --help");
                  return 2;
                })
            .execute(args));
  }

  @Override
  public Integer call() throws Exception {
    var all = Benchmarks.all();
    if (list) {
      all.forEach(each -> System.out.printf("%-14s %s%n", each.name(), each.description()));
      return 0;
    }
    for (var name : names) {
      if (all.stream().noneMatch(each -> each.name().equals(name))) {
        System.err.println("kubejar bench: no benchmark named " + name + "; see --list");
        return 2;
      }
    }
    var rows = new ArrayList<Row>();
    int failures = 0;
    System.out.println(Machine.describe());
    for (var each : all) {
      if (names.isEmpty() || names.contains(each.name())) {
        failures += measure(each, rows);
      }
    }
    if (json != null) {
      write(json, rows);
    }
    return failures == 0 ? 0 : 1;
  }

  private static int measure(Benchmark benchmark, List<Row> rows) {
    try {
      for (var row : benchmark.run()) {
        rows.add(row);
        System.out.printf(
            "%-14s %-46s %12s %-10s %s%n",
            row.bench(), row.workload(), row.number(), row.unit(), row.conditions());
      }
      return 0;
    } catch (Benchmark.CannotRun e) {
      System.out.printf("%-14s not measured: %s%n", benchmark.name(), e.getMessage());
      return 0;
    } catch (Exception e) {
      var cause = e.getCause() == null ? "" : ", because of " + e.getCause();
      System.err.println("kubejar bench: " + benchmark.name() + " failed: " + e + cause);
      return 1;
    }
  }

  private static void write(Path file, List<Row> rows) throws IOException {
    var lines = rows.stream().map(Row::json).toList();
    Files.writeString(file, "[\n  " + String.join(",\n  ", lines) + "\n]\n");
  }
}
