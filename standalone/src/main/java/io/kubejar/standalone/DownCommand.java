package io.kubejar.standalone;

import io.kubejar.standalone.layout.ClusterRecord;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Stops a cluster; with `--purge`, removes every trace of it.
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = {
      "Stops a cluster.",
      "Its containers keep running and are adopted by the next 'up', unless --purge is given:",
      "that removes containers, network rules, mounts and data, so that the machine is as before.",
    })
final class DownCommand implements Callable<Integer> {
  /// Stopping cleanly takes a second or two, besides what it was told to wait; a process that takes
  /// this long hangs.
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Mixin private ClusterSelection cluster = new ClusterSelection();

  @Option(names = "--purge", description = "also remove containers, network rules and all data")
  private boolean purge;

  @Override
  public Integer call() throws InterruptedException {
    var known = cluster.find();
    if (known.isEmpty()) {
      System.out.println("There is no cluster named " + cluster.name() + "; nothing to do.");
      return 0;
    }
    boolean stopped = stop(known.get());
    if (purge) {
      new Purge(known.get(), cluster.registry(), System.out::println).run();
      System.out.println("Cluster " + cluster.name() + " is gone; nothing of it is left.");
    } else if (stopped) {
      System.out.println("Cluster " + cluster.name() + " is stopped" + aftermath(known.get()));
    } else {
      System.out.println("Cluster " + cluster.name() + " was not running.");
    }
    return 0;
  }

  private String aftermath(ClusterRecord record) {
    return record.node()
        ? "; its containers keep running. Go on: kubejar up"
            + cluster.suffix()
            + "; remove everything: kubejar down --purge"
            + cluster.suffix()
        : ". Go on: kubejar up" + cluster.suffix();
  }

  private static Duration delay(ClusterRecord record) {
    return ApiServerChoice.of(record.layout().options().load()).shutdownDelay();
  }

  private static boolean stop(ClusterRecord record) throws InterruptedException {
    var holder = ClusterLock.holder(record.layout());
    if (holder.isEmpty()) {
      return false;
    }
    var process = holder.get();
    process.destroy();
    try {
      var patience = PATIENCE.plus(delay(record));
      process.onExit().get(patience.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      System.err.println(
          "kubejar: process " + process.pid() + " did not stop in time; ending it by force");
      process.destroyForcibly();
      process.onExit().join();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot wait for process " + process.pid(), e);
    }
    return true;
  }
}
