package io.kubejar.proxy.linux;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs short commands, in another network namespace if asked to.
///
/// @param prefix what goes before each command, such as `nsenter --net=/run/netns/a`
public record Commands(List<String> prefix) {
  private static final Logger log = LoggerFactory.getLogger(Commands.class);
  private static final long LONGEST_SECONDS = 60;

  /// The exit codes that shells use for the same.
  private static final int NOT_STARTED = 127;

  private static final int TOO_LONG = 124;

  /// An error message beyond this helps nobody.
  private static final int MOST_ERROR_CHARACTERS = 2_000;

  public Commands {
    prefix = List.copyOf(prefix);
  }

  /// Runs commands in the namespace of this process.
  public static Commands here() {
    return new Commands(List.of());
  }

  /// How a command ended.
  public record Result(int exitCode, String output, String error) {}

  /// Runs a command to its end with this text as its input.
  public Result run(String input, String... command) throws InterruptedException {
    var all = new ArrayList<>(prefix);
    all.addAll(List.of(command));
    Process process;
    try {
      process = new ProcessBuilder(all).start();
    } catch (IOException notStarted) {
      return new Result(NOT_STARTED, "", String.valueOf(notStarted.getMessage()));
    }
    try {
      return finish(process, input, command[0]);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Result finish(Process process, String input, String name)
      throws InterruptedException {
    // Each stream has its own reader: a full pipe would stop the command.
    var output = reader(process.getInputStream());
    var error = reader(process.getErrorStream());
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException closed) {
      log.debug("{} ended before it read everything: {}", name, closed.getMessage());
    }
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      return new Result(TOO_LONG, "", name + " did not end within " + LONGEST_SECONDS + " s");
    }
    try {
      var text = error.get();
      return new Result(
          process.exitValue(),
          output.get(),
          text.substring(0, Math.min(MOST_ERROR_CHARACTERS, text.length())).strip());
    } catch (ExecutionException broken) {
      throw new IllegalStateException("cannot read what " + name + " says", broken.getCause());
    }
  }

  private static FutureTask<String> reader(InputStream from) {
    var reader = new FutureTask<>(() -> new String(from.readAllBytes(), StandardCharsets.UTF_8));
    Thread.ofVirtual().start(reader);
    return reader;
  }
}
