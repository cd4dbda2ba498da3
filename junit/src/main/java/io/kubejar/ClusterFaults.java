package io.kubejar;

import io.kubejar.ApiRequest.Caller;
import io.kubejar.ApiRequest.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// What goes wrong in a cluster. Each method that changes it returns this.
///
/// Whether a fault meets a request is a function of the seed, the fault, the client, what it asks
/// for, and how often it has asked for that. So the same plan against the same clients decides the
/// same, in whatever order the threads of different clients run.
public final class ClusterFaults {
  /// Beyond it the oldest decisions are forgotten, and counting begins anew.
  private static final int REMEMBERED_MAX = 100_000;

  private final List<Planned> plan = new ArrayList<>();
  private final Map<Asked, Integer> counts = new HashMap<>();
  private final List<Decision> decisions = new ArrayList<>();
  private final Set<String> silentWebhooks = ConcurrentHashMap.newKeySet();
  private volatile Duration skewOfNodes = Duration.ZERO;
  private volatile Duration skewOfControllers = Duration.ZERO;
  private volatile boolean crashed;
  private final AtomicInteger delayed = new AtomicInteger();
  private long seed;

  /// A fault that happened.
  public record Decision(Instant at, Caller caller, Target target, Fault.Effect effect) {
    @Override
    public String toString() {
      return at + " " + effect + " met " + target + " by " + caller.user();
    }
  }

  /// A fault and how often it is still to come.
  private static final class Planned {
    final int index;
    final Fault fault;
    int left;

    Planned(int index, Fault fault) {
      this.index = index;
      this.fault = fault;
      left = fault.times();
    }
  }

  private record Asked(int index, String user, String userAgent, Target target) {}

  ClusterFaults() {}

  /// Another seed decides otherwise. Without a word, it is 0.
  public synchronized ClusterFaults seed(long seed) {
    this.seed = seed;
    return this;
  }

  /// From now on this may happen. Of several faults that could meet a request, the first does.
  public synchronized ClusterFaults add(Fault fault) {
    plan.add(new Planned(plan.size(), fault));
    return this;
  }

  /// Ends all faults. What was decided stays known.
  public synchronized ClusterFaults end() {
    plan.clear();
    counts.clear();
    silentWebhooks.clear();
    skewOfNodes = Duration.ZERO;
    skewOfControllers = Duration.ZERO;
    return this;
  }

  /// Webhooks whose URL contains this text do not answer in time. The time does not pass for it:
  /// the call fails at once as it would then.
  public ClusterFaults silenceWebhooks(String partOfUrl) {
    silentWebhooks.add(partOfUrl);
    return this;
  }

  /// The nodes' clocks are ahead by this much, or behind if it is negative.
  public ClusterFaults skewNodes(Duration by) {
    skewOfNodes = by;
    return this;
  }

  /// The clocks of controllers and scheduler are ahead by this much, or behind if it is negative.
  public ClusterFaults skewControllers(Duration by) {
    skewOfControllers = by;
    return this;
  }

  /// All that has gone wrong, in order.
  public synchronized List<Decision> decisions() {
    return List.copyOf(decisions);
  }

  /// Whether the control plane has died by a [Fault#crash] and was not started anew yet.
  public boolean isCrashed() {
    return crashed;
  }

  /// How many requests and events are held back now, waiting for the clock to move. A test in
  /// frozen time waits for them to be there before it moves the time.
  public int delayed() {
    return delayed.get();
  }

  /// @param change of [#delayed]
  void delayed(int change) {
    delayed.addAndGet(change);
  }

  void crashed(boolean now) {
    crashed = now;
  }

  boolean isSilent(String webhook) {
    return silentWebhooks.stream().anyMatch(webhook::contains);
  }

  Duration skew(boolean ofNodes) {
    return ofNodes ? skewOfNodes : skewOfControllers;
  }

  /// What meets a request.
  Optional<Fault.Effect> ofRequest(Instant at, Caller caller, Target target) {
    return decide(at, caller, target, false);
  }

  /// What meets the next event of a watch.
  Optional<Fault.Effect> ofEvent(Instant at, Caller caller, Target target) {
    return decide(at, caller, target, true);
  }

  private synchronized Optional<Fault.Effect> decide(
      Instant at, Caller caller, Target target, boolean ofEvents) {
    for (var planned : plan) {
      var fault = planned.fault;
      if (fault.isOfEvents() == ofEvents
          && planned.left > 0
          && fault.fits(caller, target)
          && happens(planned, caller, target)) {
        planned.left--;
        if (decisions.size() == REMEMBERED_MAX) {
          decisions.removeFirst();
        }
        decisions.add(new Decision(at, caller, target, fault.effect()));
        return Optional.of(fault.effect());
      }
    }
    return Optional.empty();
  }

  private boolean happens(Planned planned, Caller caller, Target target) {
    if (counts.size() > REMEMBERED_MAX) {
      counts.clear();
    }
    var asked = new Asked(planned.index, caller.user(), caller.userAgent(), target);
    int count = counts.merge(asked, 1, Integer::sum);
    return fraction(asked, count) < planned.fault.probability();
  }

  /// From 0 to below 1, evenly spread.
  private double fraction(Asked asked, int count) {
    long mixed = mixed(seed ^ mixed(asked.index()) ^ mixed(count));
    var text = asked.user() + '\n' + asked.userAgent() + '\n' + asked.target();
    for (int i = 0; i < text.length(); i++) {
      mixed = mixed(mixed ^ text.charAt(i));
    }
    return (mixed >>> 11) * 0x1.0p-53;
  }

  /// The finalizer of SplitMix64.
  private static long mixed(long bits) {
    long z = bits + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
