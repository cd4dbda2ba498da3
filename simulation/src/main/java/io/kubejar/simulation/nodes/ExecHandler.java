package io.kubejar.simulation.nodes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/// Runs commands in simulated containers.
@FunctionalInterface
public interface ExecHandler {

  /// Runs one command, on a thread of its own, and answers with its exit code. When the client goes
  /// away, the thread is interrupted and the streams fail.
  ///
  /// @throws IOException if the streams end early, or the command cannot run
  int run(Call call) throws IOException, InterruptedException;

  /// One command.
  ///
  /// @param stdin empty if the client sends none
  /// @param stdout what is written to it goes to the client at once
  /// @param stderr as `stdout`; the same stream if the client asked for a terminal
  record Call(
      String namespace,
      String pod,
      String container,
      List<String> command,
      boolean tty,
      InputStream stdin,
      OutputStream stdout,
      OutputStream stderr) {}
}
