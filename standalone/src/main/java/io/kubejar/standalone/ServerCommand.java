package io.kubejar.standalone;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// The control plane alone, for several machines.
@Command(
    name = "server",
    mixinStandardHelpOptions = true,
    description = "Runs a control plane in the foreground, for machines that join it.")
final class ServerCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    return 0;
  }
}
