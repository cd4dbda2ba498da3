package io.kubejar.proxy.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs short commands, in another network namespace if asked to.
///
/// @param prefix what goes before each command, such as `nsenter --net=/run/netns/a`
public record Commands(List<String> prefix) {
  private static final long LONGEST_SECONDS = 60;

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
      return new Result(127, "", notStarted.getMessage());
    }
    try {
      return finish(process, input, command[0]);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Result finish(Process process, String input, String name)
      throws InterruptedException {
    var output = new StringBuffer();
    var error = new StringBuffer();
    // Each stream has its own reader: a full pipe would stop the command.
    var readers =
        List.of(
            Thread.ofVirtual().start(() -> read(process.getInputStream(), output)),
            Thread.ofVirtual().start(() -> read(process.getErrorStream(), error)));
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException closed) {
      error.append(closed.getMessage()).append('\n'); // It ended early; its exit code says more.
    }
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      return new Result(124, "", name + " did not end within " + LONGEST_SECONDS + " s");
    }
    for (var reader : readers) {
      reader.join();
    }
    var text = error.toString();
    return new Result(
        process.exitValue(),
        output.toString(),
        text.substring(0, Math.min(MOST_ERROR_CHARACTERS, text.length())).strip());
  }

  private static void read(InputStream from, StringBuffer into) {
    try (from) {
      into.append(new String(from.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
