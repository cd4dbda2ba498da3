package io.kubejar.standalone;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What runs, since when, and how healthy it is.
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Says what runs, since when, and how healthy it is.",
      "The exit code is 0 only if the cluster is healthy.",
    })
final class StatusCommand implements Callable<Integer> {
  @Mixin private ClusterSelection cluster = new ClusterSelection();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text or json (default: text)")
  private String output = "text";

  @Override
  public Integer call() throws InterruptedException {
    if (!output.equals("text") && !output.equals("json")) {
      throw CommandFailure.usage("--output must be text or json: " + output);
    }
    var status = ClusterStatus.of(cluster.require());
    System.out.println(output.equals("json") ? status.json() : status.text());
    return status.healthy() ? 0 : 1;
  }
}
