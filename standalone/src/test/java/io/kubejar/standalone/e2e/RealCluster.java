package io.kubejar.standalone.e2e;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubejar.standalone.Main;
import io.kubejar.standalone.linux.DetachedProcess;
import io.kubejar.standalone.linux.Programs;
import io.kubejar.standalone.linux.User;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A cluster started as a newcomer starts it, in a directory of its own, and purged at the end.
final class RealCluster implements AutoCloseable {
  private static final Duration LONG = Duration.ofMinutes(3);

  private final String name;
  private final Path directory;

  private RealCluster(String name, Path directory) {
    this.name = name;
    this.directory = directory;
  }

  /// A cluster that is not started yet. Skips the test, with a reason, where containers cannot run.
  static RealCluster named(String name) {
    assumeTrue(User.isRoot(), "running containers needs root");
    for (var program : List.of("containerd", "runc", "nft", "ip", "busybox")) {
      assumeTrue(Programs.find(program).isPresent(), program + " is not installed");
    }
    assumeTrue(Programs.cniPlugins().isPresent(), "the CNI plugins are not installed");
    return withoutNode(name);
  }

  /// A cluster that is not started yet, for tests that need no containers.
  static RealCluster withoutNode(String name) {
    assumeTrue(Programs.find("kubectl").isPresent(), "kubectl is not installed");
    try {
      return new RealCluster(name, Files.createTempDirectory("kubejar-e2e-"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Starts the cluster and waits until its node is Ready.
  RealCluster up(String... more) {
    tryUp(more).orFail();
    return this;
  }

  Shell.Result tryUp(String... more) {
    var arguments = new ArrayList<>(List.of("up", "--detach", "--wait"));
    arguments.addAll(List.of("--data-dir", dataDir().toString()));
    arguments.addAll(List.of("--kubeconfig", kubeconfig().toString()));
    arguments.addAll(List.of(more));
    return kubejar(arguments.toArray(String[]::new));
  }

  /// Runs `./kubejar … --name NAME`.
  Shell.Result kubejar(String... arguments) {
    var command = new ArrayList<>(DetachedProcess.thisProgram());
    command.removeIf(argument -> argument.startsWith("-javaagent"));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    command.addAll(List.of("--name", name));
    return Shell.run(LONG, environment(), command);
  }

  /// Runs kubectl and gives what it printed; fails if it fails.
  String kubectl(String... arguments) {
    return tryKubectl(arguments).orFail();
  }

  Shell.Result tryKubectl(String... arguments) {
    return Shell.run(LONG, environment(), kubectlCommand(arguments));
  }

  /// Runs kubectl with one more environment variable.
  String kubectlWith(String variable, String value, String... arguments) {
    var environment = new java.util.HashMap<>(environment());
    environment.put(variable, value);
    return Shell.run(LONG, environment, kubectlCommand(arguments)).orFail();
  }

  /// Runs kubectl with something on its standard input.
  Shell.Result kubectlWithInput(String input, String... arguments) {
    return Shell.run(LONG, environment(), input, kubectlCommand(arguments));
  }

  /// Starts a kubectl that goes on until the test ends it.
  Process startKubectl(String... arguments) {
    try {
      return Shell.start(environment(), kubectlCommand(arguments));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Starts kubectl on a terminal of its own. What is written to the process is typed, what is read
  /// from it is what a person would see.
  ///
  /// @param preparation shell commands that run on the terminal before
  Process startOnTerminal(String preparation, String... arguments) {
    var words =
        kubectlCommand(arguments).stream().map(word -> "'" + word.replace("'", "'\\''") + "'");
    var script = preparation + "\nexec " + words.collect(joining(" "));
    try {
      return Shell.start(
          environment(), List.of("script", "--quiet", "--command", script, "/dev/null"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Ends the cluster's process as a power cut would.
  void kill() {
    try {
      var pid = Long.parseLong(Files.readString(dataDir().resolve("kubejar.pid")).strip());
      var process = ProcessHandle.of(pid).orElseThrow();
      process.destroyForcibly();
      process.onExit().join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path dataDir() {
    return directory.resolve("data");
  }

  Path kubeconfig() {
    return directory.resolve("kubeconfig");
  }

  Path file(String fileName) {
    return directory.resolve(fileName);
  }

  /// Writes a file that the test hands to kubectl.
  String write(String fileName, String content) {
    try {
      return Files.writeString(file(fileName), content).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A manifest of this package's resources, on disk.
  String manifest(String resource) {
    try (var in = RealCluster.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new AssertionError("no resource " + resource);
      }
      return write(
          resource, new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    var result = kubejar("down", "--purge");
    try (var files = Files.walk(directory)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(RealCluster::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    result.orFail();
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException("left behind: " + file, e);
    }
  }

  private List<String> kubectlCommand(String... arguments) {
    var command = new ArrayList<String>();
    command.add(Programs.find("kubectl").orElseThrow().toString());
    command.add("--kubeconfig=" + kubeconfig());
    command.addAll(List.of(arguments));
    return command;
  }

  /// A home of its own: the kubeconfig of the person who runs the tests is not ours to change, and
  /// kubectl keeps its discovery cache there.
  private Map<String, String> environment() {
    return Map.of(
        "HOME", directory.toString(), "KUBECONFIG", directory.resolve("home-config").toString());
  }
}
