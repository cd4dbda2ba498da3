package io.kubejar.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What every store promises to clients that come at once.
public interface LinearizabilityContract extends StoreFixture {

  @Test
  default void whatConcurrentClientsSeeCanBeExplainedByOneOrder() throws InterruptedException {
    for (int seed = 0; seed < 3; seed++) {
      var clients = new RecordedClients(store(), key("seed " + seed + "/"));
      clients.start(8, 60, seed * 100L);
      clients.join();

      assertThat(clients.operations()).isGreaterThan(500);
      clients.assertLinearizable();
    }
  }

  /// The watch and the revisions tell the same story.
  @Test
  default void aWatchTellsExactlyWhatWasCommitted() throws InterruptedException {
    long before = store().revision();
    var log = watch(before + 1);
    var clients = new RecordedClients(store(), prefix());
    clients.start(8, 40, 7);
    clients.join();
    long newest = store().range(RangeRequest.prefix(prefix())).revision();
    put("end", "");
    log.awaitRevision(newest + 1);

    var model = new ModelEntries();
    log.events().forEach(model::apply);
    assertThat(model.entries()).isEqualTo(store().range(RangeRequest.prefix(prefix())).entries());
    assertThat(log.events()).extracting(Event::revision).doesNotHaveDuplicates();
  }
}
