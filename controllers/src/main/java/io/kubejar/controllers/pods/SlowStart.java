package io.kubejar.controllers.pods;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.client.Together;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Makes many pods in batches of 1, 2, 4 and so on, each batch at once, and stops after the first
/// batch in which one was refused: a quota or a bad template refuses the others as well, and is not
/// to be asked hundreds of times. As upstream's `slowStartBatch`.
///
/// @param made how many succeeded
/// @param refused why one of the last batch did not
public record SlowStart(int made, Optional<ApiException> refused) {
  private static final int FIRST_BATCH = 1;

  /// So many requests at once are enough for any server.
  private static final int BATCH_MAX = 500;

  /// Makes one; answers why it could not.
  @FunctionalInterface
  public interface Attempt {
    Optional<ApiException> make() throws InterruptedException;
  }

  /// Makes `count` of them.
  public static SlowStart of(int count, Together together, Attempt attempt)
      throws InterruptedException {
    int made = 0;
    for (int size = FIRST_BATCH; made < count; size = Math.min(2 * size, BATCH_MAX)) {
      int batch = Math.min(size, count - made);
      var refusals = batch(batch, together, attempt);
      made += batch - refusals.size();
      if (!refusals.isEmpty()) {
        return new SlowStart(made, Optional.of(refusals.getFirst()));
      }
    }
    return new SlowStart(made, Optional.empty());
  }

  private static List<ApiException> batch(int size, Together together, Attempt attempt)
      throws InterruptedException {
    var refusals = Collections.synchronizedList(new ArrayList<ApiException>());
    together.run(Collections.nCopies(size, () -> attempt.make().ifPresent(refusals::add)));
    return List.copyOf(refusals);
  }
}
