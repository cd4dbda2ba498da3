package io.kubejar.standalone.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Runs programs to their end, as a person at a prompt would.
public final class Shell {
  private Shell() {}

  /// How a program ended and what it said.
  public record Result(int code, String out, String err) {
    /// What was said, if the program ended well.
    public String orFail() {
      if (code != 0) {
        throw new AssertionError("exit code " + code + "\n" + out + "\n" + err);
      }
      return out;
    }

    public String all() {
      return out + err;
    }
  }

  public static Result run(Duration limit, Map<String, String> environment, List<String> command) {
    return run(limit, environment, "", command);
  }

  public static Result run(
      Duration limit, Map<String, String> environment, String input, List<String> command) {
    try {
      var process = start(environment, command);
      var out = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
      var err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
      try (var stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // The program did not want its input; its exit code tells the rest.
        if (process.isAlive() && !input.isEmpty()) {
          throw e;
        }
      }
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError(
            "took longer than " + limit + ": " + command + "\n" + out.join() + "\n" + err.join());
      }
      return new Result(process.exitValue(), out.join(), err.join());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command.getFirst(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while running " + command, e);
    }
  }

  /// Starts a program that runs on; whoever starts it ends it.
  public static Process start(Map<String, String> environment, List<String> command)
      throws IOException {
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static String read(java.io.InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
