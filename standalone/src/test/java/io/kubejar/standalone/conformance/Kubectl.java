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
    var command = new ArrayList<String>();
    command.add(program.toString());
    command.add("--kubeconfig=" + home.resolve("config"));
    command.add("--namespace=" + namespace);
    command.addAll(List.of(arguments));
    return Shell.run(PATIENCE, Map.of("HOME", home.toString()), input, command);
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
