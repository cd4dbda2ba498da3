package io.kubejar.scheduler;

import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.policy.v1.PodDisruptionBudget;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.client.Client;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Informer;
import io.kubejar.scheduler.SchedulingCycle.Result;
import io.kubejar.scheduler.framework.ClusterEvent;
import io.kubejar.scheduler.framework.FilterPlugin;
import io.kubejar.scheduler.framework.NodeInfo;
import io.kubejar.scheduler.framework.PodInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The scheduler's loop: one step takes in one change, one answer, or tries one pod.
///
/// Everything but [#explain] happens on the thread that steps it.
public final class Scheduler implements Steppable {
  private static final Logger log = LoggerFactory.getLogger(Scheduler.class);

  /// As many calls to the API server run at the same time.
  private static final int CALLERS = 16;

  /// With so many calls waiting at one caller, no further pod is tried.
  private static final int MOST_CALLS_WAITING = 64;

  private static final String ANY_PLUGIN = "*";

  private final Profile profile;
  private final Clock clock;
  private final EventRecorder events;
  private final Informer<Pod> pods;
  private final Informer<Node> nodes;
  private final Informer<Namespace> namespaces;
  private final Changes changes = new Changes();
  private final Queue<Answer> answers = new ArrayDeque<>();
  private final List<ApiCaller> callers = new ArrayList<>();
  private final SchedulerWatcher watcher;
  private final SchedulingQueue queue;
  private final ClusterCache cluster;
  private final Nominations nominations = new Nominations();
  private final SchedulingCycle cycle;
  private final Preemption preemption;
  private final Explanations explanations = new Explanations();
  private final Map<ObjectKey, String> uids = new HashMap<>();

  /// Attempts whose pods are being bound: as many as there are such calls.
  private final Map<String, QueuedPod> binding = new HashMap<>();

  private volatile SchedulerCounts counts = new SchedulerCounts(0, 0, 0, 0, 0, 0, 0, 0, Map.of());
  private Clock.@Nullable Timer alarm;
  private Instant alarmAt = Instant.MAX;
  private volatile Runnable wakeUp = () -> {};

  private record Answer(ApiCall.Bind call, @Nullable ApiException refused) {}

  private Scheduler(ComponentRuntime runtime, Profile profile, SchedulerWatcher watcher) {
    this.profile = profile;
    this.watcher = watcher;
    queue = new SchedulingQueue(watcher);
    clock = runtime.clock();
    events = runtime.events(profile.schedulerName());
    pods = runtime.informers().informer(Pod.RESOURCE);
    nodes = runtime.informers().informer(Node.RESOURCE);
    namespaces = runtime.informers().informer(Namespace.RESOURCE);
    var budgets = runtime.informers().informer(PodDisruptionBudget.RESOURCE);
    cluster = new ClusterCache(this::namespaceLabels);
    cycle = new SchedulingCycle(profile, cluster, nominations, runtime.random(), watcher, clock);
    preemption = new Preemption(cluster, cycle, budgets::inNamespace);
    addCallers(runtime.client());
  }

  /// Puts a scheduler with this profile and its callers into the runtime.
  public static Scheduler install(ComponentRuntime runtime, Profile profile) {
    return install(runtime, profile, SchedulerWatcher.NOBODY);
  }

  /// Likewise, and somebody watches what it does.
  public static Scheduler install(
      ComponentRuntime runtime, Profile profile, SchedulerWatcher watcher) {
    var scheduler = new Scheduler(runtime, profile, watcher);
    scheduler.listen();
    runtime.add("scheduler", scheduler);
    for (int i = 0; i < scheduler.callers.size(); i++) {
      runtime.add("scheduler-caller-" + i, scheduler.callers.get(i));
    }
    return scheduler;
  }

  /// What was last decided about the pod, and why. Safe to ask from any thread.
  public Optional<Explanation> explain(ObjectKey pod) {
    return explanations.find(pod);
  }

  /// What it has to do and what it knows. Safe to ask from any thread.
  public SchedulerCounts counts() {
    return counts;
  }

  private void addCallers(Client client) {
    for (int i = 0; i < CALLERS; i++) {
      callers.add(new ApiCaller(client, clock, events, new Mailbox(), watcher));
    }
  }

  /// Takes answers in from the callers' threads.
  private final class Mailbox implements ApiCaller.Answers {
    @Override
    public void onBound(ApiCall.Bind call, @Nullable ApiException refused) {
      synchronized (answers) {
        answers.add(new Answer(call, refused));
      }
    }

    @Override
    public void onDone() {
      wakeUp.run();
    }
  }

  private void listen() {
    changes.follow(pods, Changes.Kind.POD);
    changes.follow(nodes, Changes.Kind.NODE);
    changes.follow(namespaces, Changes.Kind.NAMESPACE);
  }

  @Override
  public void onWork(Runnable wakeUp) {
    this.wakeUp = wakeUp;
    changes.onChange(wakeUp);
    List.of(pods, nodes, namespaces).forEach(informer -> informer.onSynced(wakeUp));
  }

  @Override
  public boolean step() {
    boolean more = work();
    counts =
        new SchedulerCounts(
            queue.active(),
            queue.inBackoff(),
            queue.unschedulable(),
            queue.gated(),
            cluster.nodes().size(),
            cluster.pods(),
            cluster.assumed(),
            binding.size(),
            queue.rejected());
    return more;
  }

  private boolean work() {
    if (!pods.synced() || !nodes.synced() || !namespaces.synced()) {
      return false;
    }
    var change = changes.poll();
    if (change != null) {
      apply(change);
      return true;
    }
    var answer = nextAnswer();
    if (answer != null) {
      onBound(answer.call(), answer.refused());
      return true;
    }
    if (isAnyCallerBusy()) {
      return false; // It wakes us.
    }
    var next = queue.take(clock.instant());
    if (next == null) {
      setAlarm();
      return false;
    }
    schedule(next);
    return true;
  }

  private boolean isAnyCallerBusy() {
    for (var caller : callers) {
      if (caller.waiting() >= MOST_CALLS_WAITING) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Answer nextAnswer() {
    synchronized (answers) {
      return answers.poll();
    }
  }

  private void setAlarm() {
    var due = queue.nextWakeUp().orElse(Instant.MAX);
    if (due.equals(alarmAt)) {
      return;
    }
    if (alarm != null) {
      alarm.cancel();
      alarm = null;
    }
    alarmAt = due;
    if (!due.equals(Instant.MAX)) {
      alarm = clock.schedule(Duration.between(clock.instant(), due), this::onAlarm);
    }
  }

  private void onAlarm() {
    wakeUp.run();
  }

  // What changed in the cluster.

  private void apply(Changes.Change change) {
    switch (change.kind()) {
      case POD -> applyPod(change.key());
      case NODE -> applyNode(change.key().name());
      case NAMESPACE -> announce(ClusterEvent.NAMESPACE_LABELS_CHANGED, null);
    }
  }

  private void applyPod(ObjectKey key) {
    var now = pods.find(key).filter(pod -> !hasEnded(pod));
    var knownUid = uids.get(key);
    if (knownUid != null && (now.isEmpty() || !now.get().metadata().uid().equals(knownUid))) {
      forget(key, knownUid);
    }
    if (now.isEmpty()) {
      return;
    }
    var pod = now.get();
    uids.put(key, pod.metadata().uid());
    if (!pod.spec().nodeName().isEmpty()) {
      applyAssigned(pod);
    } else {
      applyUnassigned(pod);
    }
  }

  private void forget(ObjectKey key, String uid) {
    uids.remove(key);
    queue.remove(uid);
    nominations.remove(uid);
    explanations.remove(key);
    var node = cluster.nodeOf(uid);
    if (cluster.removePod(uid)) {
      announce(ClusterEvent.ASSIGNED_POD_REMOVED, node);
    }
  }

  private void applyAssigned(Pod pod) {
    var uid = pod.metadata().uid();
    var before = cluster.isAssumed(uid) ? null : cluster.placedPod(uid);
    queue.remove(uid);
    nominations.remove(uid);
    cluster.putPod(pod);
    if (before == null) {
      announce(ClusterEvent.ASSIGNED_POD_ADDED, cluster.nodeOf(uid));
    } else if (!before.labels().equals(pod.metadata().labels())) {
      announce(ClusterEvent.ASSIGNED_POD_LABELS_CHANGED, cluster.nodeOf(uid));
    } else if (!before.pod().spec().containers().equals(pod.spec().containers())) {
      announce(ClusterEvent.ASSIGNED_POD_SHRUNK, cluster.nodeOf(uid));
    }
  }

  private void applyUnassigned(Pod pod) {
    var uid = pod.metadata().uid();
    if (!pod.spec().schedulerName().equals(profile.schedulerName()) || cluster.isAssumed(uid)) {
      return;
    }
    if (pod.metadata().deletionTimestamp() != null) {
      queue.remove(uid);
      nominations.remove(uid);
      return;
    }
    var nominated = pod.status().nominatedNodeName();
    if (!nominated.isEmpty()) {
      nominations.add(PodInfo.of(pod, cluster.resourceNames()), nominated);
    }
    queue.put(pod, clock.instant());
  }

  private void applyNode(String name) {
    var now = nodes.find(new ObjectKey("", name));
    if (now.isEmpty()) {
      cluster.removeNode(name);
      return;
    }
    var known = cluster.node(name);
    var before = known == null ? null : known.node();
    cluster.putNode(now.get());
    for (var event : NodeChanges.between(before, now.get())) {
      announce(event, cluster.node(name));
    }
  }

  private static boolean hasEnded(Pod pod) {
    return pod.status().phase().equals("Succeeded") || pod.status().phase().equals("Failed");
  }

  private Map<String, String> namespaceLabels(String name) {
    return namespaces
        .find(new ObjectKey("", name))
        .map(namespace -> namespace.metadata().labels())
        .orElse(Map.of());
  }

  /// Brings the pods forward that a change might help.
  ///
  /// @param where the node it happened on, if it happened on one
  private void announce(ClusterEvent event, @Nullable NodeInfo where) {
    queue.onEvent(event, pod -> mayHelp(event, where, pod), clock.instant());
  }

  private boolean mayHelp(ClusterEvent event, @Nullable NodeInfo where, QueuedPod pod) {
    if (pod.rejectedBy.contains(ANY_PLUGIN)) {
      return event == ClusterEvent.NODE_ADDED;
    }
    PodInfo info = null;
    for (var plugin : profile.filters()) {
      if (!pod.rejectedBy.contains(plugin.name()) || !plugin.retriedOn().contains(event)) {
        continue;
      }
      if (where == null || !plugin.looksAtOneNodeOnly()) {
        return true;
      }
      info = info == null ? PodInfo.of(pod.pod(), cluster.resourceNames()) : info;
      if (fits(plugin, info, where)) {
        return true;
      }
    }
    return false;
  }

  private boolean fits(FilterPlugin plugin, PodInfo pod, NodeInfo node) {
    return plugin.prepare(pod, cluster).filter(node).isFit();
  }

  // One pod.

  private void schedule(QueuedPod queued) {
    var pod = PodInfo.of(queued.pod(), cluster.resourceNames());
    var result = cycle.run(pod);
    watcher.decided(Duration.between(queued.lastAttempt, clock.instant()));
    switch (result) {
      case Result.Chosen(var node) -> assume(queued, pod, node);
      case Result.FitsNowhere(var diagnosis) -> reject(queued, pod, diagnosis);
    }
  }

  private void assume(QueuedPod queued, PodInfo pod, NodeInfo node) {
    log.debug("Chose a node. pod={} node={} attempt={}", pod, node, queued.attempts);
    nominations.remove(pod.uid());
    cluster.assume(pod, node.name());
    explain(pod, queued, node.name(), "", List.of());
    binding.put(pod.uid(), queued);
    submit(new ApiCall.Bind(pod, node.name()));
  }

  private void reject(QueuedPod queued, PodInfo pod, Diagnosis diagnosis) {
    if (diagnosis.nodes() == 0) {
      fail(queued, pod, diagnosis, Diagnosis.NO_NODES, null);
      return;
    }
    var began = clock.instant();
    var plan = preemption.plan(pod, diagnosis);
    watcher.preemptionTried();
    watcher.stage(
        "PostFilter",
        plan instanceof Preemption.Plan.Evict ? "Success" : "Unschedulable",
        Duration.between(began, clock.instant()));
    switch (plan) {
      case Preemption.Plan.Evict(var node, var victims) -> {
        watcher.preempted(victims.size());
        log.info("Preempts. pod={} node={} victims={}", pod, node, victims);
        nominations.add(pod, node.name());
        fail(queued, pod, diagnosis, diagnosis.message(""), node.name());
        for (var victim : victims) {
          if (!victim.isBeingDeleted()) {
            submit(new ApiCall.Evict(victim.pod(), pod.pod(), node.name()));
          }
        }
      }
      case Preemption.Plan.Wait(var why) ->
          fail(queued, pod, diagnosis, diagnosis.message(preemptionText(why)), null);
      case Preemption.Plan.Hopeless(var why) -> {
        nominations.remove(pod.uid());
        fail(queued, pod, diagnosis, diagnosis.message(preemptionText(why)), "");
      }
    }
  }

  /// Upstream asks the rule for device claims first, whose answer precedes that of preemption.
  private static String preemptionText(String why) {
    return "no new claims to deallocate, preemption: " + why;
  }

  private void fail(
      QueuedPod queued,
      PodInfo pod,
      Diagnosis diagnosis,
      String message,
      @Nullable String nominatedNode) {
    var rejectedBy = diagnosis.nodes() == 0 ? Set.of(ANY_PLUGIN) : diagnosis.plugins();
    queue.waitForChange(queued, rejectedBy, clock.instant());
    attempted(SchedulerWatcher.Attempt.UNSCHEDULABLE, queued);
    explain(pod, queued, "", message, Explanations.verdicts(diagnosis));
    events.warning(queued.pod(), "FailedScheduling", message);
    submit(new ApiCall.Report(queued.pod(), "Unschedulable", message, nominatedNode));
  }

  private void onBound(ApiCall.Bind call, @Nullable ApiException refused) {
    var pod = call.pod();
    var uid = pod.metadata().uid();
    var attempt = binding.remove(uid);
    if (refused == null) {
      queue.remove(uid);
      if (attempt != null) {
        attempted(SchedulerWatcher.Attempt.SCHEDULED, attempt);
        watcher.bound(attempt.attempts, Duration.between(attempt.firstAttempt, clock.instant()));
      }
      events.normal(
          pod, "Scheduled", "Successfully assigned %s to %s".formatted(call.info(), call.node()));
      return;
    }
    var where = cluster.nodeOf(uid);
    if (!cluster.isAssumed(uid)) {
      return; // Gone, or placed by somebody else: the informer told us already.
    }
    cluster.removePod(uid);
    announce(ClusterEvent.ASSIGNED_POD_REMOVED, where);
    var queued = queue.find(uid);
    if (queued.isEmpty() || refused.isNotFound()) {
      return;
    }
    var message = "running Bind plugin \"DefaultBinder\": " + refused.getMessage();
    log.warn("Binding failed. pod={} node={} why={}", call.info(), call.node(), message);
    attempted(SchedulerWatcher.Attempt.ERROR, queued.get());
    queue.waitForTime(queued.get(), clock.instant());
    events.warning(pod, "FailedScheduling", message);
    submit(new ApiCall.Report(queued.get().pod(), "SchedulerError", message, null));
  }

  private void attempted(SchedulerWatcher.Attempt outcome, QueuedPod pod) {
    watcher.attempted(outcome, Duration.between(pod.lastAttempt, clock.instant()));
  }

  private void explain(
      PodInfo pod,
      QueuedPod queued,
      String node,
      String message,
      List<Explanation.NodeVerdict> verdicts) {
    explanations.put(
        new Explanation(pod.key(), clock.instant(), queued.attempts, node, message, verdicts));
  }

  private void submit(ApiCall call) {
    int caller = Math.floorMod(call.pod().metadata().uid().hashCode(), callers.size());
    callers.get(caller).submit(call);
  }
}
