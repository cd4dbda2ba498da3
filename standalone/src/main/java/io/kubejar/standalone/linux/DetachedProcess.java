package io.kubejar.standalone.linux;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A process in a session of its own: it outlives the terminal and the process that started it. Its
/// standard output is a pipe to the starter for as long as the starter reads; its standard error
/// goes to a file.
public final class DetachedProcess {
  private final Process process;
  private final BufferedReader output;

  private DetachedProcess(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /// Starts `command`, with everything it writes to standard error appended to `log`.
  public static DetachedProcess start(List<String> command, Path log) {
    var detached = new ArrayList<String>();
    detached.add("setsid"); // Execs in place: the process id stays the one we see.
    detached.addAll(command);
    try {
      Files.createDirectories(log.getParent());
      return new DetachedProcess(
          new ProcessBuilder(detached)
              .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
              .redirectError(Redirect.appendTo(log.toFile()))
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.getFirst(), e);
    }
  }

  /// The command line that runs this program again: the same Java, the same flags, the same
  /// classes.
  public static List<String> thisProgram() {
    var info = ProcessHandle.current().info();
    var java = info.command().orElseGet(() -> System.getProperty("java.home") + "/bin/java");
    var command = new ArrayList<String>();
    command.add(java);
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    return List.copyOf(command);
  }

  /// The next line the process says; empty when it has said its last.
  public Optional<String> readLine() {
    try {
      return Optional.ofNullable(output.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read what the process says", e);
    }
  }

  public long pid() {
    return process.pid();
  }

  /// Waits for the end of the process, whatever happens to the caller's thread meanwhile.
  ///
  /// @return its exit code
  public int waitForEnd() {
    return process.onExit().join().exitValue();
  }

  /// Waits for the end of the process.
  ///
  /// @return its exit code
  public int waitFor() throws InterruptedException {
    return process.waitFor();
  }
}
