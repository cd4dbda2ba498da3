package io.kubejar.controllers.ttlafterfinished;

import static io.kubejar.controllers.testing.Objects.named;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobCondition;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ObjectList;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.client.Client;
import io.kubejar.client.ListOptions;
import io.kubejar.client.SteppedRuntime;
import io.kubejar.client.testing.ForwardingClient;
import io.kubejar.controllers.testing.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TtlAfterFinishedControllerTest {
  private static final Instant NOW = VirtualClock.START;

  private final List<Duration> late = new ArrayList<>();
  private final World world = new World(new TtlAfterFinishedController(late::add));

  @Test
  void knowsWhenAJobIsNoLongerWanted() {
    assertThat(Expiry.of(job(30, "Complete"))).contains(NOW.plusSeconds(30));
    assertThat(Expiry.of(job(0, "Failed"))).contains(NOW);
    assertThat(Expiry.of(job(30, "SuccessCriteriaMet"))).isEmpty();
    assertThat(Expiry.of(job(null, "Complete"))).isEmpty();
    var job = job(30, "Complete");
    assertThat(Expiry.of(job.withMetadata(job.metadata().withDeletionTimestamp(NOW)))).isEmpty();
  }

  @Test
  void deletesAJobInItsTimeWithItsPodsFirst() throws InterruptedException {
    create(job(30, "Complete"));
    world.pass(Duration.ofSeconds(29));
    assertThat(current().metadata().deletionTimestamp()).isNull();
    world.pass(Duration.ofSeconds(1));

    assertThat(current().metadata().deletionTimestamp()).isNotNull();
    assertThat(current().metadata().finalizers()).containsExactly("foregroundDeletion");
    assertThat(late).containsExactly(Duration.ZERO);
  }

  @Test
  void followsANewTime() throws InterruptedException {
    create(job(30, "Complete"));
    change(60);
    world.pass(Duration.ofSeconds(59));
    assertThat(current().metadata().deletionTimestamp()).isNull();
    change(10);

    assertThat(current().metadata().deletionTimestamp()).isNotNull();
  }

  /// The cache is behind: it does not show yet that the Job may stay longer.
  @Test
  void asksTheServerBeforeItDeletes() throws InterruptedException {
    var api = new World().api;
    var stored = api.create(Job.RESOURCE, job(3600, "Complete"));
    api.updateStatus(Job.RESOURCE, stored.withStatus(job(3600, "Complete").status()));
    var clock = new VirtualClock();
    var runtime = new SteppedRuntime(new StaleReads(api), clock, new Random(1));
    new TtlAfterFinishedController(late::add).install(runtime);
    runtime.runUntilIdle(100);
    assertThat(api.get(Job.RESOURCE, new ObjectKey("default", "done")).metadata())
        .matches(metadata -> metadata.deletionTimestamp() == null);
    clock.advance(Duration.ofHours(1));
    runtime.runUntilIdle(100);

    assertThat(api.get(Job.RESOURCE, new ObjectKey("default", "done")).metadata())
        .matches(metadata -> metadata.deletionTimestamp() != null);
  }

  /// Lists show every Job as if its time were over.
  private static final class StaleReads extends ForwardingClient {
    StaleReads(Client real) {
      super(real);
    }

    @Override
    public <T extends KubernetesObject> ObjectList<T> list(
        ResourceType<T> type, ListOptions options) throws InterruptedException {
      var list = super.list(type, options);
      var stale =
          list.items().stream()
              .map(
                  item ->
                      item instanceof Job job
                          ? type.type()
                              .cast(job.withSpec(job.spec().withTtlSecondsAfterFinished(0)))
                          : item)
              .toList();
      return ObjectList.of(list.resourceVersion(), stale);
    }
  }

  private void create(Job job) throws InterruptedException {
    var stored = world.create(Job.RESOURCE, job);
    world.api.updateStatus(Job.RESOURCE, stored.withStatus(job.status()));
    world.settle();
  }

  private void change(int seconds) throws InterruptedException {
    world.change(
        Job.RESOURCE,
        "default",
        "done",
        job -> job.withSpec(job.spec().withTtlSecondsAfterFinished(seconds)));
    world.settle();
  }

  private Job current() {
    return world.get(Job.RESOURCE, "default", "done");
  }

  private static Job job(@Nullable Integer ttl, String condition) {
    var ended =
        JobCondition.EMPTY.withType(condition).withStatus("True").withLastTransitionTime(NOW);
    var job = Job.EMPTY.withMetadata(named("done"));
    return job.withSpec(job.spec().withTtlSecondsAfterFinished(ttl))
        .withStatus(job.status().withConditions(List.of(ended)));
  }
}
