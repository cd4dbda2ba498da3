package io.kubejar.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Thousands of lives on a bad disk. `-Dkubejar.storage.histories=N` runs more of them,
/// `-Dkubejar.storage.seed=S` begins at another seed.
class EmbeddedStoreDiskTest {
  private static final int HISTORIES = Integer.getInteger("kubejar.storage.histories", 1500);
  private static final long SEED = Long.getLong("kubejar.storage.seed", 0L);
  private static final int STEPS = 150;
  private static final int SABOTAGED_HISTORIES = 500;

  @Test
  void losesNothingAcknowledgedWhateverTheDiskDoes() {
    int recoveries = 0;
    int snapshots = 0;
    for (long seed = SEED; seed < SEED + HISTORIES; seed++) {
      var history = new DiskHistory(seed);
      var failure = failureOf(history);
      if (failure.isPresent()) {
        throw new AssertionError("seed " + seed, failure.get());
      }
      recoveries += history.recoveries();
      snapshots += history.snapshots();
    }
    assertThat(recoveries).as("crashes happen").isGreaterThan(5 * HISTORIES);
    assertThat(snapshots).as("snapshots happen").isGreaterThan(HISTORIES / 2);
  }

  @Test
  void theSimulatorNoticesAMissingSyncOfTheLog() {
    assertNoticed(history -> history.ignoringSyncsOf(name -> name.startsWith("log-")));
  }

  @Test
  void theSimulatorNoticesAMissingSyncOfANewSegment() {
    assertNoticed(
        history ->
            history.ignoringSyncsOf(name -> name.startsWith("new-0") || name.startsWith("spare-")));
  }

  @Test
  void theSimulatorNoticesAMissingSyncOfTheSnapshot() {
    assertNoticed(history -> history.ignoringSyncsOf(name -> name.startsWith("new-snapshot")));
  }

  @Test
  void theSimulatorNoticesAMissingSyncOfTheDirectory() {
    assertNoticed(history -> history.ignoringSyncsOf(name -> name.equals(".")));
  }

  @Test
  void theSimulatorNoticesAMissingSyncAtTheEndOfRecovery() {
    assertNoticed(DiskHistory::ignoringSyncsInRecovery);
  }

  @Test
  void theSimulatorNoticesAMissingChecksum() {
    assertNoticed(DiskHistory::withoutChecksum);
  }

  private static void assertNoticed(UnaryOperator<DiskHistory> sabotage) {
    for (long seed = 0; seed < SABOTAGED_HISTORIES; seed++) {
      if (failureOf(sabotage.apply(new DiskHistory(seed))).isPresent()) {
        return;
      }
    }
    throw new AssertionError("nobody noticed in " + SABOTAGED_HISTORIES + " histories");
  }

  private static Optional<Throwable> failureOf(DiskHistory history) {
    try {
      history.run(STEPS);
      return Optional.empty();
    } catch (Exception | AssertionError e) {
      return Optional.of(e);
    }
  }
}
