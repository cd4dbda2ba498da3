package io.kubejar.simulation;

import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.apiserver.ApiServer;
import io.kubejar.apiserver.ApiServerOptions;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.client.Client;
import io.kubejar.client.Component;
import io.kubejar.client.SteppedRuntime;
import io.kubejar.controllers.Controllers;
import io.kubejar.controlplane.InProcessClient;
import io.kubejar.scheduler.Profile;
import io.kubejar.scheduler.Scheduler;
import io.kubejar.simulation.nodes.NodeFleet;
import io.kubejar.simulation.nodes.NodeTemplate;
import io.kubejar.simulation.nodes.PodScripts;
import io.kubejar.storage.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// A control plane and some nodes on one thread, whose every move a seed decides.
public final class SimulatedCluster implements AutoCloseable {
  private static final int SWEEPS_MAX = 50_000;

  private final long seed;
  private final Random random;
  private final VirtualClock clock = new VirtualClock();
  private final MemoryStore store = new MemoryStore(clock);
  private final ApiServer apiServer;
  private final SteppedRuntime nodes;
  private final List<Check> checks = new ArrayList<>();
  private SteppedRuntime controllers;
  private Faults faults = Faults.NONE;
  private int crashes;
  private int steps;

  private SimulatedCluster(long seed, int nodeCount, PodScripts scripts)
      throws InterruptedException {
    this.seed = seed;
    random = new Random(seed);
    apiServer = new ApiServer(ApiServerOptions.of(store, clock, new Random(seed)));
    apiServer.start();
    nodes = new SteppedRuntime(client(), clock, new Random(seed));
    apiServer.parts().forEach(nodes::add);
    var fleet = NodeFleet.install(nodes, _ -> true, scripts, 1);
    for (int i = 0; i < nodeCount; i++) {
      fleet.register("node-" + i, NodeTemplate.USUAL);
    }
    controllers = startControllers();
  }

  public static SimulatedCluster seeded(long seed) throws InterruptedException {
    return seeded(seed, PodScripts.USUAL);
  }

  /// @param scripts what becomes of pods
  public static SimulatedCluster seeded(long seed, PodScripts scripts) throws InterruptedException {
    return new SimulatedCluster(seed, 2, scripts);
  }

  /// From now on this goes wrong.
  public SimulatedCluster with(Faults faults) {
    this.faults = faults;
    return this;
  }

  /// Something that must hold after every round of steps.
  public SimulatedCluster checking(Check check) {
    checks.add(check);
    return this;
  }

  /// A client without faults, for the story that a test tells.
  public Client client() {
    return new InProcessClient(apiServer.api(admin(), "simulation"));
  }

  public VirtualClock clock() {
    return clock;
  }

  /// How often the controllers have crashed.
  public int crashes() {
    return crashes;
  }

  /// How many steps did something.
  public int steps() {
    return steps;
  }

  /// Runs until the condition holds.
  ///
  /// @throws AssertionError if it does not within this virtual time, or a check fails on the way
  public void runUntil(String what, Condition condition, Duration within)
      throws InterruptedException {
    var deadline = clock.instant().plus(within);
    for (int sweep = 0; sweep < SWEEPS_MAX; sweep++) {
      boolean worked = sweep();
      for (var check : checks) {
        check.run();
      }
      if (condition.holds()) {
        return;
      }
      // Time passes only when nothing else can happen, and now and then while it does.
      if (!worked || random.nextInt(50) == 0) {
        var next = clock.nextDeadline();
        if (next.isEmpty() || next.get().isAfter(deadline)) {
          throw new AssertionError(
              "seed " + seed + ": not within " + within + ": " + what + " (steps " + steps + ")");
        }
        clock.advanceToNextTimer();
      }
    }
    throw new AssertionError("seed " + seed + ": no end in sight: " + what);
  }

  @Override
  public void close() {
    apiServer.close();
    store.close();
  }

  /// Gives every part a turn, in an order of chance. True if one of them did something.
  private boolean sweep() throws InterruptedException {
    var parts = new ArrayList<>(controllers.parts());
    parts.addAll(nodes.parts());
    Collections.shuffle(parts, random);
    boolean worked = false;
    for (var part : parts) {
      try {
        if (part.steppable().step()) {
          worked = true;
          steps++;
        }
      } catch (SimulatedCrash _) {
        crashes++;
        controllers.informers().close();
        controllers = startControllers();
        return true;
      }
    }
    return worked;
  }

  private SteppedRuntime startControllers() {
    var runtime =
        new SteppedRuntime(
            new FaultyClient(client(), random, () -> faults), clock, new Random(random.nextLong()));
    for (Component component : Controllers.all("none")) {
      component.install(runtime);
    }
    Scheduler.install(runtime, Profile.standard());
    return runtime;
  }

  private static UserInfo admin() {
    return UserInfo.of("simulation", UserInfo.MASTERS_GROUP);
  }

  /// Something to wait for.
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws InterruptedException;
  }

  /// Something that must never fail; says so with an [AssertionError].
  @FunctionalInterface
  public interface Check {
    void run() throws InterruptedException;
  }
}
