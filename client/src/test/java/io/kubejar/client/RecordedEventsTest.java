package io.kubejar.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Event;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.client.testing.ForwardingClient;
import io.kubejar.client.testing.InMemoryApi;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordedEventsTest {
  private static final ConfigMap ABOUT =
      ConfigMap.EMPTY.withMetadata(
          ObjectMeta.EMPTY.withNamespace("default").withName("thing").withUid("u1"));

  private final VirtualClock clock = new VirtualClock();
  private final InMemoryApi api = new InMemoryApi(clock);
  private final RecordedEvents events = new RecordedEvents(api, clock, "tester", "host");

  @Test
  void writesWhatHappenedToWhom() throws InterruptedException {
    events.normal(ABOUT, "Started", "it began");
    settle(events);

    assertThat(written())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.reason()).isEqualTo("Started");
              assertThat(event.message()).isEqualTo("it began");
              assertThat(event.type()).isEqualTo("Normal");
              assertThat(event.count()).isEqualTo(1);
              assertThat(event.involvedObject().uid()).isEqualTo("u1");
              assertThat(event.source().component()).isEqualTo("tester");
              assertThat(event.source().host()).isEqualTo("host");
            });
  }

  @Test
  void countsARepeatedEventUp() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      events.warning(ABOUT, "BackOff", "again");
      settle(events);
      clock.advance(Duration.ofSeconds(10));
    }

    assertThat(written())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.count()).isEqualTo(3);
              assertThat(event.lastTimestamp()).isAfter(event.firstTimestamp());
            });
  }

  @Test
  void combinesManyThatDifferOnlyInTheirMessage() throws InterruptedException {
    for (int i = 0; i < 15; i++) {
      events.normal(ABOUT, "Created", "number " + i);
      settle(events);
    }

    assertThat(written()).hasSize(10);
    assertThat(written())
        .filteredOn(event -> event.message().startsWith("(combined from similar events): "))
        .singleElement()
        .satisfies(event -> assertThat(event.count()).isEqualTo(6));
  }

  @Test
  void dropsWhatAnObjectHasTooMuchOf() throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      events.normal(ABOUT, "Reason" + i, "text");
      settle(events);
    }

    assertThat(written()).hasSize(EventCorrelator.BURST_PER_OBJECT);
  }

  @Test
  void triesAgainWhenTheServerIsAwayAndGivesUpInTheEnd() throws InterruptedException {
    var away = new Away(api);
    var recorder = new RecordedEvents(away, clock, "tester", "");
    recorder.normal(ABOUT, "Started", "it began");
    settle(recorder);
    clock.advance(Duration.ofSeconds(10));
    settle(recorder);
    assertThat(away.tries).isEqualTo(2);
    away.down = false;
    clock.advance(Duration.ofSeconds(10));
    settle(recorder);

    assertThat(written()).hasSize(1);
  }

  private List<Event> written() {
    return api.list(Event.RESOURCE, ListOptions.ALL).items();
  }

  private static void settle(RecordedEvents recorder) throws InterruptedException {
    while (recorder.step()) {
      // Until nothing waits.
    }
  }

  private static final class Away extends ForwardingClient {
    private boolean down = true;
    private int tries;

    Away(Client real) {
      super(real);
    }

    @Override
    public <T extends KubernetesObject> T create(ResourceType<T> type, T object)
        throws InterruptedException {
      tries++;
      if (down) {
        throw ApiException.serviceUnavailable("away");
      }
      return super.create(type, object);
    }
  }
}
