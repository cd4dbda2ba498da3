package io.kubejar;

import io.kubejar.ApiRequest.Caller;
import io.kubejar.ApiRequest.Target;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One thing that goes wrong, for whom and how often. Start with what goes wrong; each further
/// method gives a narrower fault.
///
/// ```java
/// cluster.faults().add(Fault.conflict().byUser("operator").resource("pods").probability(0.3))
/// ```
///
/// Without a word it meets every request from the network that it can be applied to, and none of
/// the cluster's own controllers.
///
/// @param user of whom; null for everybody
/// @param userAgent of clients whose user agent contains this; empty for all
/// @param verbs empty for all
/// @param resource such as `pods` or `pods/status`; empty for all
/// @param probability from 0 to 1, per request, or per event of a watch
/// @param times how often at most
public record Fault(
    Effect effect,
    @Nullable String user,
    String userAgent,
    Set<String> verbs,
    String resource,
    double probability,
    int times,
    Where where) {

  /// Which requests a fault may meet.
  public enum Where {
    NETWORK,
    CONTROLLERS,
    EVERYWHERE
  }

  /// What goes wrong.
  public sealed interface Effect {
    /// The request reaches the server so much later, by the cluster's clock. Only over the network:
    /// parts of this process share one thread, which also moves the clock.
    record Latency(Duration by) implements Effect {}

    /// The server refuses the request, and nothing happens.
    ///
    /// @param retryAfterSeconds what a 429 asks for
    record Refusal(int code, int retryAfterSeconds) implements Effect {}

    /// The server carries out the request, and the client gets a 500 instead of the answer.
    record LostAnswer() implements Effect {}

    /// A read shows the state of so many revisions ago. Where that is forgotten, it is fresh.
    record StaleRead(int revisions) implements Effect {}

    /// A watch ends, without a reason, instead of delivering an event.
    record DroppedWatch() implements Effect {}

    /// An event of a watch, and all behind it, comes so much later, by the cluster's clock.
    record DelayedEvent(Duration by) implements Effect {}

    /// A watch begins so many revisions earlier than asked: its client sees events twice.
    record ReplayedWatch(int revisions) implements Effect {}

    /// The control plane dies right behind the request: it has been carried out, there is no
    /// answer, and all that follow are refused until [Cluster#crashControlPlane] starts it anew.
    record Crash() implements Effect {}
  }

  private static final Set<String> UPDATES = Set.of("update", "patch");
  private static final Set<String> WRITES =
      Set.of("create", "update", "patch", "delete", "deletecollection");
  private static final Set<String> READS = Set.of("get", "list");
  private static final Set<String> VERSIONED = Set.of("list", "watch");
  private static final Set<String> WATCHES = Set.of("watch");

  public Fault {
    verbs = Set.copyOf(verbs);
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("not a probability: " + probability);
    }
    if (times < 0) {
      throw new IllegalArgumentException("not a number of times: " + times);
    }
  }

  private static Fault of(Effect effect, Set<String> verbs) {
    return new Fault(effect, null, "", verbs, "", 1, Integer.MAX_VALUE, Where.NETWORK);
  }

  public static Fault latency(Duration by) {
    return of(new Effect.Latency(by), Set.of());
  }

  /// Updates and patches meet a 409: somebody else was faster.
  public static Fault conflict() {
    return of(new Effect.Refusal(409, 0), UPDATES);
  }

  /// A 429 that asks to come back later.
  public static Fault tooManyRequests(int retryAfterSeconds) {
    return of(new Effect.Refusal(429, retryAfterSeconds), Set.of());
  }

  public static Fault internalError() {
    return of(new Effect.Refusal(500, 0), Set.of());
  }

  public static Fault unavailable() {
    return of(new Effect.Refusal(503, 0), Set.of());
  }

  /// Lists and watches are told that their revision is gone, by 410.
  public static Fault gone() {
    return of(new Effect.Refusal(410, 0), VERSIONED);
  }

  public static Fault lostAnswer() {
    return of(new Effect.LostAnswer(), WRITES);
  }

  public static Fault staleRead(int revisions) {
    return of(new Effect.StaleRead(revisions), READS);
  }

  public static Fault droppedWatch() {
    return of(new Effect.DroppedWatch(), WATCHES);
  }

  public static Fault delayedWatch(Duration by) {
    return of(new Effect.DelayedEvent(by), WATCHES);
  }

  public static Fault replayedWatch(int revisions) {
    return of(new Effect.ReplayedWatch(revisions), WATCHES);
  }

  public static Fault crash() {
    return of(new Effect.Crash(), WRITES);
  }

  public Fault byUser(String name) {
    return new Fault(effect, name, userAgent, verbs, resource, probability, times, where);
  }

  /// @param part of the user agent; of a controller, of its name
  public Fault byUserAgent(String part) {
    return new Fault(effect, user, part, verbs, resource, probability, times, where);
  }

  public Fault verb(String... only) {
    return new Fault(effect, user, userAgent, Set.of(only), resource, probability, times, where);
  }

  /// @param only in the plural, with its subresource if it is about that
  public Fault resource(String only) {
    return new Fault(effect, user, userAgent, verbs, only, probability, times, where);
  }

  public Fault probability(double value) {
    return new Fault(effect, user, userAgent, verbs, resource, value, times, where);
  }

  public Fault times(int most) {
    return new Fault(effect, user, userAgent, verbs, resource, probability, most, where);
  }

  /// Meets the parts of this process, not requests from the network.
  public Fault inControllers() {
    return new Fault(
        effect, user, userAgent, verbs, resource, probability, times, Where.CONTROLLERS);
  }

  public Fault everywhere() {
    return new Fault(
        effect, user, userAgent, verbs, resource, probability, times, Where.EVERYWHERE);
  }

  /// Whether it may meet this request.
  boolean fits(Caller caller, Target target) {
    return !target.resource().isEmpty()
        && (where == Where.EVERYWHERE || (where == Where.CONTROLLERS) == caller.inProcess())
        && (user == null || user.equals(caller.user()))
        && caller.userAgent().contains(userAgent)
        && (verbs.isEmpty() || verbs.contains(target.verb()))
        && (resource.isEmpty() || resource.equals(target.resourceAndSubresource()));
  }

  /// Whether it is decided for every event instead of once for the request.
  boolean isOfEvents() {
    return effect instanceof Effect.DroppedWatch || effect instanceof Effect.DelayedEvent;
  }
}
