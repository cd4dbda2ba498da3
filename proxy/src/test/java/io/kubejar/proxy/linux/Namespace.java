package io.kubejar.proxy.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// A network namespace of a test's own. Sockets opened by a thread inside stay inside.
@SuppressWarnings({
  "try",
  "restricted"
}) // Removing it may be interrupted; entering it needs native code.
final class Namespace implements AutoCloseable {
  private static final int CLONE_NEWNET = 0x40000000;
  private static final MethodHandle OPEN =
      handle("open", ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
  private static final MethodHandle SETNS =
      handle("setns", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
  private static final MethodHandle CLOSE = handle("close", ValueLayout.JAVA_INT);

  private final String name;
  private final Commands commands;

  Namespace(String name) throws IOException, InterruptedException {
    this.name = name;
    must(Commands.here().run("", "ip", "netns", "add", name), "ip netns add");
    commands = new Commands(java.util.List.of("nsenter", "--net=" + path()));
    run("ip link set lo up");
  }

  String name() {
    return name;
  }

  Commands commands() {
    return commands;
  }

  /// Runs a command inside, which must succeed.
  String run(String command) throws IOException, InterruptedException {
    return must(commands.run("", command.split(" ")), command);
  }

  /// Runs a piece of Java whose sockets are inside.
  <T> T call(Callable<T> action) throws Exception {
    var task = new FutureTask<>(action);
    var thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  enter();
                  task.run();
                });
    try {
      return task.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Exception exception) {
        throw exception;
      }
      throw failed;
    } finally {
      thread.join();
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    must(Commands.here().run("", "ip", "netns", "del", name), "ip netns del");
  }

  private String path() {
    return "/run/netns/" + name;
  }

  private void enter() {
    try (var arena = Arena.ofConfined()) {
      int file = (int) OPEN.invokeExact(arena.allocateFrom(path()), 0);
      int result = (int) SETNS.invokeExact(file, CLONE_NEWNET);
      int closed = (int) CLOSE.invokeExact(file);
      if (file < 0 || result != 0 || closed != 0) {
        throw new IllegalStateException("cannot enter " + name);
      }
    } catch (RuntimeException | Error passed) {
      throw passed;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static MethodHandle handle(String function, java.lang.foreign.MemoryLayout... arguments) {
    var linker = Linker.nativeLinker();
    MemorySegment address = linker.defaultLookup().findOrThrow(function);
    return linker.downcallHandle(address, FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
  }

  private static String must(Commands.Result result, String what) throws IOException {
    if (result.exitCode() != 0) {
      throw new IOException(what + ": " + result.exitCode() + " " + result.error());
    }
    return result.output();
  }
}
