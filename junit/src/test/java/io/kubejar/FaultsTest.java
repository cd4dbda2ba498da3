package io.kubejar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.client.Client;
import io.kubejar.client.HttpApiClient;
import io.kubejar.client.ListOptions;
import io.kubejar.client.Patch;
import io.kubejar.client.Watch;
import io.kubejar.client.WatchEvent;
import io.kubejar.client.WatchOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("NullAway.Init") // Set before each test.
class FaultsTest {
  private static final ObjectKey MAP = new ObjectKey("default", "map");
  private static final ObjectKey WEB = new ObjectKey("default", "web");
  private static final Instant NEW_YEAR = Instant.parse("2031-01-01T00:00:00Z");

  private final Cluster cluster = Cluster.builder().seed(3).startingAt(NEW_YEAR).frozen().start();
  private final RealClock clock = new RealClock();
  private HttpApiClient client;

  @BeforeEach
  void connect() throws Exception {
    client = client(cluster, "kubernetes-admin", "system:masters");
  }

  @AfterEach
  void close() {
    client.close();
    clock.close();
    cluster.close();
  }

  @Test
  void refusalsHaveTheirReasons() throws Exception {
    put(client, "1");
    for (var each : List.of(client, cluster.inProcessClient())) {
      assertThat(refused(each, Fault.conflict()).isConflict()).isTrue();
      assertThat(refused(each, Fault.internalError()).code()).isEqualTo(500);
      assertThat(refused(each, Fault.unavailable()).code()).isEqualTo(503);
    }
    // The other client would obey and come back.
    var later = refused(cluster.inProcessClient(), Fault.tooManyRequests(7));
    assertThat(later.retryAfterSeconds()).contains(7);

    put(client, "2");
    assertThat(value(client)).isEqualTo("2");
  }

  private ApiException refused(Client by, Fault fault) {
    cluster.faults().end().add(fault.times(1).everywhere().resource("configmaps"));
    try {
      put(by, "refused");
      throw new AssertionError("not refused by " + fault);
    } catch (ApiException refusal) {
      return refusal;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void onlyWhoIsMeantIsMet() throws Exception {
    cluster
        .faults()
        .add(Fault.internalError().byUser("victim").resource("configmaps").verb("patch"));
    try (var victim = client(cluster, "victim", "system:masters")) {
      assertThatThrownBy(() -> put(victim, "1")).isInstanceOf(ApiException.class);
      assertThat(victim.list(Node.RESOURCE, ListOptions.ALL).items()).hasSize(1);
      assertThat(victim.list(ConfigMap.RESOURCE, ListOptions.ALL).items()).isNotEmpty();
    }
    put(client, "1");
    put(cluster.inProcessClient(), "2");

    assertThat(cluster.faults().decisions())
        .extracting(decision -> decision.caller().user())
        .containsExactly("victim");
  }

  @Test
  void theSeedDecidesTheSameInEveryRunAndAnotherOneElse() throws Exception {
    var first = decisions(1);
    var again = decisions(1);
    var other = decisions(2);

    assertThat(again).isEqualTo(first).isNotEmpty();
    assertThat(other).isNotEqualTo(first);
    assertThat(first.size()).isBetween(5, 35); // Of 40, each with one half.
  }

  private List<ClusterFaults.Decision> decisions(long seed) throws Exception {
    try (var fork = cluster.fork();
        var robot = client(fork, "robot", "system:masters")) {
      fork.faults().seed(seed).add(Fault.conflict().probability(0.5)).add(Fault.lostAnswer());
      for (int i = 0; i < 40; i++) {
        try {
          put(robot, "" + i);
        } catch (ApiException expected) {
          assertThat(expected.code()).isIn(409, 500);
        }
      }
      assertThat(fork.faults().decisions()).hasSize(40);
      return fork.faults().decisions().stream()
          .filter(decision -> decision.effect() instanceof Fault.Effect.Refusal)
          .toList();
    }
  }

  @Test
  void latencyPassesByTheClustersClock() throws Exception {
    cluster.faults().add(Fault.latency(Duration.ofSeconds(30)).resource("nodes"));
    var list = background(() -> client.list(Node.RESOURCE, ListOptions.ALL).items());

    awaitDelay();
    cluster.clock().advance(Duration.ofSeconds(29));
    assertThat(list.isDone()).isFalse();
    cluster.clock().advance(Duration.ofSeconds(1));

    assertThat(list.get()).hasSize(1);
    assertThat(cluster.requests().fromOutside().resource("nodes").all().getLast().took())
        .isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void aLostAnswerIsOfAWriteThatHappened() throws Exception {
    cluster.faults().add(Fault.lostAnswer().times(1));

    assertThatThrownBy(() -> put(client, "1"))
        .isInstanceOfSatisfying(ApiException.class, it -> assertThat(it.code()).isEqualTo(500));

    assertThat(value(client)).isEqualTo("1");
  }

  @Test
  void readsMayBeStaleWhereverTheyComeFrom() throws Exception {
    for (var each : List.of(client, cluster.inProcessClient())) {
      put(client, "old");
      put(client, "new");
      cluster.faults().end().add(Fault.staleRead(1).resource("configmaps").everywhere());

      assertThat(value(each)).isEqualTo("old");
      var listed = each.list(ConfigMap.RESOURCE, ListOptions.inNamespace("default")).items();
      assertThat(listed)
          .filteredOn(map -> map.metadata().name().equals("map"))
          .extracting(map -> map.data().get("key"))
          .containsExactly("old");

      cluster.faults().end();
      assertThat(value(each)).isEqualTo("new");
    }
  }

  @Test
  void aReadFromBeforeAnObjectFindsNothing() throws Exception {
    put(client, "1");
    cluster.faults().add(Fault.staleRead(1).verb("get"));

    assertThatThrownBy(() -> value(client)).hasMessage("configmaps \"map\" not found");
  }

  @Test
  void aDroppedWatchEndsBeforeAnEventThatComesAgainToWhoResumes() throws Exception {
    put(client, "1");
    var seen = client.get(ConfigMap.RESOURCE, MAP).metadata().resourceVersion();
    cluster.faults().add(Fault.droppedWatch().resource("configmaps").times(1));
    try (var watch = client.watch(ConfigMap.RESOURCE, after(seen))) {
      put(client, "2");
      assertThat(watch.take()).isInstanceOf(WatchEvent.Closed.class);
    }
    try (var watch = client.watch(ConfigMap.RESOURCE, after(seen))) {
      assertThat(next(watch)).isEqualTo("2");
    }
  }

  @Test
  void aReplayedWatchShowsWhatWasSeen() throws Exception {
    put(client, "1");
    put(client, "2");
    var seen = client.get(ConfigMap.RESOURCE, MAP).metadata().resourceVersion();
    cluster.faults().add(Fault.replayedWatch(1).everywhere());

    for (var each : List.of(client, cluster.inProcessClient())) {
      try (var watch = each.watch(ConfigMap.RESOURCE, after(seen))) {
        assertThat(next(watch)).isEqualTo("2");
      }
    }
  }

  @Test
  void aDelayedEventComesWhenTheTimeHasPassed() throws Exception {
    put(client, "1");
    var seen = client.get(ConfigMap.RESOURCE, MAP).metadata().resourceVersion();
    cluster.faults().add(Fault.delayedWatch(Duration.ofMinutes(1)).resource("configmaps"));
    try (var watch = client.watch(ConfigMap.RESOURCE, after(seen))) {
      put(client, "2");
      var event = background(() -> next(watch));
      awaitDelay();
      assertThat(event.isDone()).isFalse();

      cluster.clock().advance(Duration.ofMinutes(1));

      assertThat(event.get()).isEqualTo("2");
    }
  }

  private void awaitDelay() {
    while (cluster.faults().delayed() == 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void goneIsSaidAsTheServerSaysIt() {
    cluster.faults().add(Fault.gone());

    assertThatThrownBy(() -> client.watch(ConfigMap.RESOURCE, after("1")).take())
        .isInstanceOfSatisfying(ApiException.class, it -> assertThat(it.isExpired()).isTrue());
  }

  @Test
  void controllersGetThereInSpiteOfEverything() throws Exception {
    cluster
        .faults()
        .seed(7)
        .add(Fault.conflict().probability(0.2).inControllers())
        .add(Fault.internalError().probability(0.1).inControllers())
        .add(Fault.lostAnswer().probability(0.1).inControllers())
        .add(Fault.droppedWatch().probability(0.05).inControllers())
        .add(Fault.delayedWatch(Duration.ofSeconds(3)).probability(0.2).inControllers());
    client.patch(Deployment.RESOURCE, WEB, Patch.apply(deployment(5), "test", true));

    cluster
        .clock()
        .advanceUntil(
            () ->
                client.get(Deployment.RESOURCE, WEB).status().readyReplicas() == 5
                    && client.list(Pod.RESOURCE, ListOptions.ALL).items().size() == 5,
            Duration.ofHours(1));

    assertThat(cluster.faults().decisions())
        .extracting(decision -> decision.effect().getClass().getSimpleName())
        .contains("Refusal", "LostAnswer", "DelayedEvent");
  }

  @Test
  void afterACrashBetweenTwoWritesTheRestIsDone() throws Exception {
    cluster.faults().add(Fault.crash().resource("pods").verb("create").times(1).inControllers());
    client.patch(Deployment.RESOURCE, WEB, Patch.apply(deployment(3), "test", true));
    cluster.settle();

    assertThat(cluster.faults().isCrashed()).isTrue();
    assertThatThrownBy(() -> client.list(Pod.RESOURCE, ListOptions.ALL))
        .hasMessageContaining("the control plane has crashed");
    assertThat(cluster.requests().resource("pods").verb("create").changes()).hasSize(1);

    cluster.crashControlPlane();

    cluster.clock().advance(Duration.ofMinutes(5));
    assertThat(cluster.faults().isCrashed()).isFalse();
    try (var anew = client(cluster, "kubernetes-admin", "system:masters")) {
      assertThat(anew.list(Pod.RESOURCE, ListOptions.ALL).items())
          .hasSize(3)
          .allMatch(pod -> pod.status().phase().equals("Running"));
    }
  }

  @Test
  void whoHasSeenAllBeforeACrashMissesNothingAfterIt() throws Exception {
    put(client, "1");
    var seen = client.get(ConfigMap.RESOURCE, MAP).metadata().resourceVersion();
    var url = cluster.url();

    cluster.crashControlPlane();

    assertThat(cluster.url()).isEqualTo(url);
    assertThat(cluster.clock().instant()).isEqualTo(NEW_YEAR);
    try (var anew = client(cluster, "kubernetes-admin", "system:masters");
        var watch = anew.watch(ConfigMap.RESOURCE, after(seen))) {
      assertThat(value(anew)).isEqualTo("1");
      put(anew, "2");
      assertThat(next(watch)).isEqualTo("2");
    }
  }

  @Test
  void aSilentWebhookTimesOutAtOnce() throws Exception {
    cluster.apply(webhook("Fail"));
    cluster.faults().silenceWebhooks("127.0.0.1:1/");

    assertThatThrownBy(() -> put(client, "1"))
        .hasMessageContaining("failed calling webhook \"maps.example.com\"")
        .hasMessageContaining("context deadline exceeded");

    cluster.apply(webhook("Ignore"));
    put(client, "1");
    assertThat(value(client)).isEqualTo("1");
  }

  @Test
  void aNodeWhoseClockIsWrongIsStillReady() throws Exception {
    cluster.faults().skewNodes(Duration.ofHours(-3));

    cluster.clock().advance(Duration.ofMinutes(30));

    var node = client.get(Node.RESOURCE, ObjectKey.clusterScoped("node-0"));
    var ready =
        node.status().conditions().stream()
            .filter(condition -> condition.type().equals("Ready"))
            .findFirst()
            .orElseThrow();
    assertThat(ready.status()).isEqualTo("True");
    assertThat(ready.lastHeartbeatTime()).isBefore(NEW_YEAR);
  }

  private static String webhook(String failurePolicy) {
    return """
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingWebhookConfiguration
    metadata: {name: maps}
    webhooks:
    - name: maps.example.com
      admissionReviewVersions: [v1]
      sideEffects: None
      failurePolicy: %s
      clientConfig: {url: "https://127.0.0.1:1/maps"}
      rules:
      - {apiGroups: [""], apiVersions: [v1], resources: [configmaps], operations: ["*"]}
    """
        .formatted(failurePolicy);
  }

  private static WatchOptions after(String resourceVersion) {
    return WatchOptions.after(ListOptions.inNamespace("default"), resourceVersion);
  }

  /// The value in the next event that is a change.
  private static String next(Watch<ConfigMap> watch) throws InterruptedException {
    while (true) {
      switch (watch.take()) {
        case WatchEvent.Added<ConfigMap>(var map) -> {
          return map.data().getOrDefault("key", "");
        }
        case WatchEvent.Modified<ConfigMap>(var map) -> {
          return map.data().getOrDefault("key", "");
        }
        case WatchEvent.Bookmark<ConfigMap> _ -> {
          // Nothing has changed.
        }
        case WatchEvent.Deleted<ConfigMap> _,
            WatchEvent.Failed<ConfigMap> _,
            WatchEvent.Closed<ConfigMap> _ ->
            throw new AssertionError("no change to come");
      }
    }
  }

  private static String value(Client client) throws InterruptedException {
    return client.get(ConfigMap.RESOURCE, MAP).data().getOrDefault("key", "");
  }

  private static void put(Client client, String value) throws InterruptedException {
    var json =
        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"data\":{\"key\":\"" + value + "\"}}";
    client.patch(ConfigMap.RESOURCE, MAP, Patch.apply(json, "test", true));
  }

  private static <T> FutureTask<T> background(Callable<T> work) {
    var task = new FutureTask<>(work);
    Thread.ofVirtual().start(task);
    return task;
  }

  private HttpApiClient client(Cluster of, String user, String... groups) throws Exception {
    var kubeconfig = io.kubejar.client.Kubeconfig.parse(of.kubeconfig(user, groups), Path.of(""));
    return new HttpApiClient(kubeconfig.access("FaultsTest"), clock);
  }

  private static String deployment(int replicas) {
    return """
    {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
     "spec": {"replicas": %d, "selector": {"matchLabels": {"app": "web"}},
       "template": {"metadata": {"labels": {"app": "web"}},
         "spec": {"containers": [{"name": "main", "image": "web"}]}}}}
    """
        .formatted(replicas);
  }
}
