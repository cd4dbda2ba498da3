package io.kubejar.controllers.job;

import static io.kubejar.controllers.job.Fixtures.indexed;
import static io.kubejar.controllers.job.Fixtures.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobCondition;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.client.ListOptions;
import io.kubejar.client.Patch;
import io.kubejar.client.SteppedRuntime;
import io.kubejar.client.testing.ForwardingClient;
import io.kubejar.client.testing.InMemoryApi;
import io.kubejar.controllers.pods.PodStates;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The process that runs the controller ends before or after each of its writes in turn, and starts
/// anew with nothing in memory. Each time the Job comes to the same end with the same numbers.
class JobCrashTest {
  private static final int STEPS_MAX = 20_000;
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final int TICKS_MAX = 300;

  @Test
  void countsEveryPodOnceWhereverItCrashes() throws InterruptedException {
    requireSameEnd(job(4, 2));
  }

  @Test
  void countsEveryIndexOnceWhereverItCrashes() throws InterruptedException {
    requireSameEnd(indexed(4, spec -> spec.withParallelism(2)));
  }

  @Test
  void countsTheFailuresOfEachIndexOnceWhereverItCrashes() throws InterruptedException {
    requireSameEnd(
        indexed(3, spec -> spec.withBackoffLimitPerIndex(1).withBackoffLimit(Integer.MAX_VALUE)));
  }

  private static void requireSameEnd(Job job) throws InterruptedException {
    var calm = new Story(job, Integer.MAX_VALUE);
    var expected = calm.tell();
    assertThat(expected.get("conditions")).asString().contains("True");
    int writes = calm.writes;
    assertThat(writes).isGreaterThan(10);
    for (int at = 0; at < 2 * writes; at++) {
      var story = new Story(job, at);
      assertThat(story.tell())
          .as("crash at half write %d of %d", at, 2 * writes)
          .isEqualTo(expected);
      assertThat(story.crashes).isEqualTo(1);
    }
  }

  /// Thrown through everything, as the end of a process is.
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  /// One life of a Job whose pods with an odd number fail the first time.
  private static final class Story {
    private final VirtualClock clock = new VirtualClock();
    private final InMemoryApi api = new InMemoryApi(clock);
    private final Map<String, Integer> ends = new HashMap<>();
    private final Job job;
    private int untilCrash;
    private int crashes;
    private int writes;

    /// @param crashAt an even number crashes before a write, an odd one after it
    Story(Job job, int crashAt) {
      this.job = job;
      untilCrash = crashAt;
    }

    Map<String, Object> tell() throws InterruptedException {
      var runtime = start();
      api.create(Job.RESOURCE, job);
      for (int tick = 0; tick < TICKS_MAX; tick++) {
        try {
          clock.advance(TICK);
          runtime.runUntilIdle(STEPS_MAX);
        } catch (Crash _) {
          crashes++;
          runtime = start();
          continue;
        }
        if (JobStates.isFinished(current()) && pods().stream().noneMatch(JobPods::isTracked)) {
          return state();
        }
        endPods();
      }
      throw new AssertionError("no end in sight: " + current().status());
    }

    private SteppedRuntime start() {
      var runtime = new SteppedRuntime(new Mortal(this), clock, new Random(1));
      new JobController(JobWatcher.NONE).install(runtime);
      return runtime;
    }

    private void endPods() throws InterruptedException {
      for (var pod : pods()) {
        if (PodStates.isActive(pod)) {
          var index = JobPods.index(pod);
          var who = index.isPresent() ? "i" + index.getAsInt() : "pod";
          int number = ends.merge(who, 1, Integer::sum);
          boolean fails = index.isPresent() ? index.getAsInt() == 1 : number % 2 == 1;
          var phase = fails ? "Failed" : "Succeeded";
          api.updateStatus(
              Pod.RESOURCE, Fixtures.ended(pod, phase, fails ? 1 : 0, clock.instant()));
        }
      }
    }

    private Job current() {
      return api.get(Job.RESOURCE, new ObjectKey("default", "work"));
    }

    private List<Pod> pods() {
      return api.list(Pod.RESOURCE, ListOptions.ALL).items();
    }

    private Map<String, Object> state() {
      var status = current().status();
      return Map.of(
          "succeeded",
          status.succeeded(),
          "failed",
          status.failed(),
          "completed",
          status.completedIndexes(),
          "lost",
          String.valueOf(status.failedIndexes()),
          "uncounted",
          Accounts.uncounted(current()),
          "conditions",
          status.conditions().stream().map(Story::text).toList(),
          "pods",
          pods().size());
    }

    private static String text(JobCondition condition) {
      return condition.type() + "=" + condition.status() + " " + condition.reason();
    }

    private void half() {
      if (untilCrash-- == 0) {
        throw new Crash();
      }
    }
  }

  /// Ends at the write that the story names. Events are no part of it.
  private static final class Mortal extends ForwardingClient {
    private final Story story;

    Mortal(Story story) {
      super(story.api);
      this.story = story;
    }

    @Override
    public <T extends KubernetesObject> T create(ResourceType<T> type, T object)
        throws InterruptedException {
      if (!type.equals(Pod.RESOURCE)) {
        return super.create(type, object);
      }
      begin();
      return end(super.create(type, object));
    }

    @Override
    public <T extends KubernetesObject> T updateSubresource(
        ResourceType<T> type, T object, String subresource) throws InterruptedException {
      begin();
      return end(super.updateSubresource(type, object, subresource));
    }

    @Override
    public <T extends KubernetesObject> T patch(ResourceType<T> type, ObjectKey key, Patch patch)
        throws InterruptedException {
      if (!type.equals(Pod.RESOURCE)) {
        return super.patch(type, key, patch);
      }
      begin();
      return end(super.patch(type, key, patch));
    }

    @Override
    public <T extends KubernetesObject> Optional<T> delete(
        ResourceType<T> type, ObjectKey key, DeleteOptions options) throws InterruptedException {
      begin();
      return end(super.delete(type, key, options));
    }

    private void begin() {
      story.half();
      story.writes++;
    }

    private <T> T end(T answer) {
      story.half();
      return answer;
    }
  }
}
