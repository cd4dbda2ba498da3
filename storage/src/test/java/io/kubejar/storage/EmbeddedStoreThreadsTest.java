package io.kubejar.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.storage.disk.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The embedded store with all its threads at work at once: limits so small that it compacts, takes
/// snapshots and recycles segments all the time.
class EmbeddedStoreThreadsTest {
  private static final int BLOCK = LogFormat.BLOCK_BYTES;

  @TempDir private Path directory;

  private EmbeddedStore open() throws IOException {
    return EmbeddedStore.openThreaded(
        new EmbeddedStore.Options(
            RealDisk.open(directory),
            () -> Instant.EPOCH,
            (reason, cause) -> {
              throw new AssertionError(reason, cause);
            },
            new HistoryLimits(50, 1 << 20),
            new LogLimits(16 * BLOCK, 4 * BLOCK, 2 * BLOCK, 2, 4, 1 << 20),
            LogFormat.Checksum.CRC,
            UUID::randomUUID));
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void clientsSeeOneOrderWhileSnapshotsAreTakenAndSegmentsRecycled() throws Exception {
    long revision;
    try (var store = open()) {
      for (int round = 0; round < 3; round++) {
        var clients = new RecordedClients(store, "/round " + round + "/");
        clients.start(8, 80, round);
        clients.join();
        clients.assertLinearizable();
      }
      revision = store.revision();
      assertThat(files()).hasSizeLessThan(20).anyMatch(name -> name.startsWith("snapshot-"));
    }
    try (var store = open()) {
      assertThat(store.revision()).isEqualTo(revision);
    }
  }

  /// Whoever has an answer finds it kept; whoever has none was told so.
  @Test
  void closingUnderLoadKeepsWhatWasAnswered() throws Exception {
    Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    for (int round = 0; round < 5; round++) {
      var store = open();
      var threads = new ArrayList<Thread>();
      for (int client = 0; client < 16; client++) {
        var prefix = "/" + round + "/" + client + "/";
        threads.add(Thread.ofVirtual().start(() -> writeUntilClosed(store, prefix, acknowledged)));
      }
      int wanted = (round + 1) * 300;
      while (acknowledged.size() < wanted) {
        store.commit(Transaction.of(new Write.Put("/pace", Value.EMPTY)));
      }
      store.close();
      for (var thread : threads) {
        thread.join();
      }
      try (var reopened = open()) {
        for (var entry : acknowledged.entrySet()) {
          assertThat(reopened.get(entry.getKey()).entry().orElseThrow().modRevision())
              .isEqualTo(entry.getValue());
        }
      }
    }
  }

  private static void writeUntilClosed(Store store, String prefix, Map<String, Long> acknowledged) {
    try {
      for (int i = 0; ; i++) {
        var result = store.commit(Transaction.create(prefix + i, Value.wrap(new byte[100])));
        acknowledged.put(prefix + i, result.revision());
      }
    } catch (StoreClosedException e) {
      // The end of the test.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
