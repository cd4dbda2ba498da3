package io.kubejar.kubelet;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodStatus;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.cri.CriException;
import io.kubejar.kubelet.pod.PodFacts;
import io.kubejar.kubelet.pod.PodKnowledge;
import io.kubejar.kubelet.pod.PodKnowledge.Verdict;
import io.kubejar.kubelet.pod.PodPlan;
import io.kubejar.kubelet.pod.PodStatuses;
import io.kubejar.kubelet.pod.SeenPod;
import io.kubejar.kubelet.probe.Probes;
import io.kubejar.kubelet.volume.VolumeFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One pod's own thread: whenever something about the pod changed, it looks, plans, reports and
/// acts, until nothing is left to do. All its state belongs to that thread; others only leave news
/// and wake it.
final class PodWorker {
  private static final Logger log = LoggerFactory.getLogger(PodWorker.class);
  private static final Duration RETRY_FIRST = Duration.ofMillis(500);
  private static final Duration RETRY_LONGEST = Duration.ofMinutes(2);
  private static final Duration STALE_FIRST = Duration.ofMillis(5);
  private static final int STALE_TRIES_MAX = 12;
  private static final int EXITS_MAX = 1000;

  private final NodeParts parts;
  private final PodWorkers workers;
  private final Semaphore news = new Semaphore(0);
  private final AtomicReference<Pod> latest;
  private final Set<String> exited = ConcurrentHashMap.newKeySet();
  private final Probes probes;
  private final PodActions actions;
  private final Thread thread;

  private volatile boolean removed;
  private volatile boolean volumesStale = true;
  private volatile boolean configStale;
  private volatile SeenPod seen = SeenPod.NOTHING;
  private volatile @Nullable PodStatus written;
  private @Nullable Verdict verdict;
  private Duration retry = RETRY_FIRST;
  private int staleTries;
  private boolean released;
  private boolean done;
  private @Nullable Instant nextMount;
  private boolean mounted;
  private Duration mountRetry = RETRY_FIRST;

  PodWorker(NodeParts parts, PodWorkers workers, Pod pod) {
    this.parts = parts;
    this.workers = workers;
    this.latest = new AtomicReference<>(pod);
    this.probes = new Probes(parts.cri(), parts.events(), parts.clock(), this::wake);
    this.actions = new PodActions(parts, this::wake);
    this.thread = Thread.ofVirtual().name("pod-" + PodFacts.described(pod)).unstarted(this::run);
  }

  void start() {
    thread.start();
    wake();
  }

  /// Ends the worker, which ends its probes; the pod's containers go on.
  void stop() {
    thread.interrupt();
  }

  void join(Duration patience) throws InterruptedException {
    if (!thread.join(patience)) {
      log.warn("pod={} does not let go", PodFacts.described(pod()));
    }
  }

  /// Whether the pod has the container or sandbox of that id.
  boolean knows(String id) {
    return seen.containers().stream().anyMatch(container -> container.id().equals(id))
        || seen.sandboxes().stream().anyMatch(sandbox -> sandbox.id().equals(id));
  }

  void wake() {
    news.release();
  }

  Pod pod() {
    return current();
  }

  SeenPod seen() {
    return seen;
  }

  void update(Pod pod) {
    var before = latest.getAndSet(pod);
    if (!before.metadata().labels().equals(pod.metadata().labels())
        || !before.metadata().annotations().equals(pod.metadata().annotations())) {
      volumesStale = true;
    }
    wake();
  }

  /// The API server does not have the pod any more: it must end here too.
  void removedFromApi() {
    removed = true;
    wake();
  }

  /// A ConfigMap or Secret that the pod refers to has changed.
  void objectsChanged() {
    volumesStale = true;
    configStale = true;
    wake();
  }

  void containerExited(String id) {
    exited.add(id);
    wake();
  }

  private void run() {
    try {
      while (!done) {
        news.acquire();
        news.drainPermits();
        look();
      }
    } catch (InterruptedException _) {
      log.debug("pod worker ends pod={}", PodFacts.described(pod()));
    } finally {
      probes.close();
    }
  }

  private void look() throws InterruptedException {
    try {
      boolean again = true;
      while (again && !done) {
        again = step();
      }
      retry = RETRY_FIRST;
    } catch (CriException | ApiException | IOException e) {
      log.warn("pod={} retry_in={} because {}", PodFacts.described(pod()), retry, e.toString());
      wakeIn(retry);
      retry = longer(retry);
    } catch (RuntimeException e) {
      // A bug in the handling of one pod must not leave the pod without anybody who looks after it.
      log.error("pod={} is not understood", PodFacts.described(pod()), e);
      wakeIn(retry);
      retry = longer(retry);
    }
  }

  private Clock.Timer wakeIn(Duration delay) {
    return parts.clock().schedule(delay, this::wake);
  }

  private Pod current() {
    var pod = latest.get();
    var own = written;
    // What we wrote last is newer than what the watch brought; the conditions of others come from
    // there.
    return own == null ? pod : pod.withStatus(StatusMerge.ofOurs(own, pod.status()));
  }

  /// Answers whether something was done after which it pays to look again at once.
  private boolean step() throws InterruptedException, IOException {
    var pod = current();
    seen = parts.runtime().read(pod.metadata().uid());
    awaitExits();
    boolean ending = removed || pod.metadata().deletionTimestamp() != null;
    decideDeadline(pod, ending);
    boolean stops = ending || verdict != null;
    probes.follow(pod, seen, stops);
    var knowledge =
        new PodKnowledge(
            parts.clock().instant(),
            stops,
            probes.started(),
            probes.ready(),
            probes.failed(),
            actions.trouble(),
            parts.backOffs(),
            actions.given());
    var plan = PodPlan.of(pod, seen, knowledge);
    actions.noteBackOffs(pod, seen, knowledge);
    report(
        pod,
        new PodKnowledge(
            knowledge.now(),
            stops,
            knowledge.started(),
            knowledge.ready(),
            knowledge.failed(),
            actions.trouble(),
            parts.backOffs(),
            knowledge.given()));
    plan.checkAgain().ifPresent(this::wakeIn);
    if (!stops && !PodFacts.isTerminal(current().status().phase()) && !mountVolumes(current())) {
      return false;
    }
    if (configStale) {
      configStale = false;
      actions.retryConfig();
    }
    boolean acted = actions.perform(current(), seen, plan, graceOf(pod, ending));
    if (acted) {
      return true;
    }
    if (seen.running().isEmpty() && actions.idle() && plan.actions().isEmpty()) {
      finish(current(), ending);
    }
    return false;
  }

  /// The runtime tells of an exit a moment before it shows it, and maybe before we know the
  /// container: look again soon.
  private void awaitExits() {
    for (var container : seen.containers()) {
      if (container.ended()) {
        exited.remove(container.id());
      }
    }
    boolean stale = seen.running().stream().anyMatch(one -> exited.contains(one.id()));
    if (!stale) {
      staleTries = 0;
    } else if (staleTries < STALE_TRIES_MAX) {
      wakeIn(STALE_FIRST.multipliedBy(1L << staleTries));
      staleTries++;
    }
    if (exited.size() > EXITS_MAX) {
      exited.clear(); // Those of other pods.
    }
  }

  private void decideDeadline(Pod pod, boolean ending) {
    var seconds = pod.spec().activeDeadlineSeconds();
    var start = pod.status().startTime();
    if (seconds == null
        || start == null
        || ending
        || verdict != null
        || PodFacts.isTerminal(pod.status().phase())) {
      return;
    }
    var left = Duration.between(parts.clock().instant(), start.plusSeconds(seconds));
    if (left.isPositive()) {
      wakeIn(left);
      return;
    }
    String message = "Pod was active on the node longer than the specified deadline";
    verdict = new Verdict("Failed", "DeadlineExceeded", message);
    parts.events().normal(pod, "DeadlineExceeded", message);
  }

  private static Duration graceOf(Pod pod, boolean ending) {
    var deletion = pod.metadata().deletionGracePeriodSeconds();
    var own = pod.spec().terminationGracePeriodSeconds();
    long seconds = ending && deletion != null ? deletion : own == null ? 30 : own;
    return Duration.ofSeconds(Math.max(0, seconds));
  }

  /// Answers whether containers may start.
  private boolean mountVolumes(Pod pod) throws InterruptedException {
    var now = parts.clock().instant();
    boolean due = nextMount != null && !nextMount.isAfter(now);
    if (!volumesStale && !due) {
      // What runs already goes on with what it has.
      return mounted || !seen.sandboxes().isEmpty();
    }
    volumesStale = false;
    mounted = false;
    nextMount = null;
    workers.watches().add(pod);
    try {
      nextMount = parts.volumes().prepare(pod).orElse(null);
      mounted = true;
      mountRetry = RETRY_FIRST;
    } catch (VolumeFailure e) {
      parts.events().warning(pod, "FailedMount", String.valueOf(e.getMessage()));
      nextMount = now.plus(mountRetry);
      mountRetry = longer(mountRetry);
    } finally {
      volumesStale |= !mounted && nextMount == null;
    }
    if (nextMount != null) {
      wakeIn(Duration.between(now, nextMount));
    }
    return mounted || !seen.sandboxes().isEmpty();
  }

  private static Duration longer(Duration delay) {
    var doubled = delay.multipliedBy(2);
    return doubled.compareTo(RETRY_LONGEST) > 0 ? RETRY_LONGEST : doubled;
  }

  private void report(Pod pod, PodKnowledge knowledge) throws InterruptedException {
    if (removed) {
      return;
    }
    var status = PodStatuses.of(pod, seen, knowledge, verdict, parts.options().addresses());
    var patch = StatusPatch.of(pod, status);
    if (patch.isPresent()) {
      workers.write(pod, patch.get()).ifPresentOrElse(_ -> written = status, this::removedFromApi);
    }
  }

  private void finish(Pod pod, boolean ending) throws InterruptedException, IOException {
    String uid = pod.metadata().uid();
    if (!ending) {
      if (PodFacts.isTerminal(pod.status().phase()) && !released) {
        parts.volumes().release(uid);
        parts.runtime().end(pod);
        workers.watches().remove(uid);
        released = true;
      }
      return;
    }
    parts.volumes().remove(uid);
    parts.runtime().removePod(pod, seen);
    workers.finished(pod, removed);
    done = true;
  }

  /// Whether a container is shown as waiting, such as one that crashed.
  boolean waits(String container) {
    return !waitingReason(container).isEmpty();
  }

  /// Why a container waits; empty if it does not.
  String waitingReason(String container) {
    var status = current().status();
    return Stream.of(
            status.initContainerStatuses(),
            status.containerStatuses(),
            status.ephemeralContainerStatuses())
        .flatMap(List::stream)
        .filter(one -> one.name().equals(container))
        .findFirst()
        .map(one -> one.state().waiting())
        .map(waiting -> waiting.reason())
        .orElse("");
  }

  /// Helps to keep what others wrote into a status beside what we did.
  static final class StatusMerge {
    private StatusMerge() {}

    static PodStatus ofOurs(PodStatus ours, PodStatus theirs) {
      var conditions = new java.util.ArrayList<>(ours.conditions());
      var own = Set.of("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady");
      conditions.removeIf(condition -> !own.contains(condition.type()));
      theirs.conditions().stream()
          .filter(condition -> !own.contains(condition.type()))
          .forEach(conditions::add);
      return ours.withConditions(conditions).withNominatedNodeName(theirs.nominatedNodeName());
    }
  }
}
