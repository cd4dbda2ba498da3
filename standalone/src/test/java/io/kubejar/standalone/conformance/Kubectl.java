package io.kubejar.standalone.conformance;

import io.kubejar.standalone.e2e.Shell;
import io.kubejar.standalone.linux.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// The real kubectl as the administrator of the cluster under test, in one namespace.
///
/// @param home where its kubeconfig and its cache are
record Kubectl(Path program, Path home, String namespace) {
  private static final Duration PATIENCE = Duration.ofSeconds(50);

  static Kubectl of(ConformanceCluster cluster, String namespace) {
    var program =
        Programs.find("kubectl")
            .orElseThrow(() -> new AssertionError("the conformance tests need kubectl"));
    return new Kubectl(program, cluster.homeOfAdministrator(), namespace);
  }

  /// Runs it and gives what it printed; fails if it fails.
  String run(String... arguments) {
    return tryRun("", arguments).orFail();
  }

  Shell.Result tryRun(String input, String... arguments) {
    return Shell.run(PATIENCE, environment(), input, command(arguments));
  }

  /// Starts a command that runs until it is closed.
  Running start(String... arguments) throws IOException {
    return new Running(Shell.start(environment(), command(arguments)));
  }

  /// A kubectl that runs on.
  record Running(Process process) implements AutoCloseable {
    /// The next line that begins so; fails if the program ends before.
    String awaitLine(String start) throws IOException {
      var lines = process.inputReader();
      while (true) {
        var line = lines.readLine();
        if (line == null) {
          throw new AssertionError("ended without a line that begins with " + start);
        }
        if (line.startsWith(start)) {
          return line;
        }
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private Map<String, String> environment() {
    return Map.of("HOME", home.toString());
  }

  private List<String> command(String... arguments) {
    var command = new ArrayList<String>();
    command.add(program.toString());
    command.add("--kubeconfig=" + home.resolve("config"));
    command.add("--namespace=" + namespace);
    command.addAll(List.of(arguments));
    return command;
  }

  static Path newHome(io.kubejar.client.Kubeconfig access) {
    try {
      var home = Files.createTempDirectory("kubejar-conformance-");
      access.save(home.resolve("config"));
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void removeHome(Path home) {
    try (var files = Files.walk(home)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("left behind: " + home, e);
    }
  }
}
