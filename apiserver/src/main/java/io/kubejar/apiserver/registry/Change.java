package io.kubejar.apiserver.registry;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.storage.Compare;
import io.kubejar.storage.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What shall happen to an object.
public sealed interface Change<T extends KubernetesObject> {

  /// Stores this state.
  ///
  /// @param timeToLive after this time it goes away; null means never
  /// @param along what else must happen in the same transaction
  record Put<T extends KubernetesObject>(T object, @Nullable Duration timeToLive, Along along)
      implements Change<T> {
    public Put(T object) {
      this(object, null, Along.NOTHING);
    }
  }

  /// Removes it; the state is the last one, for the answer.
  record Remove<T extends KubernetesObject>(T last, Along along) implements Change<T> {
    public Remove(T last) {
      this(last, Along.NOTHING);
    }
  }

  /// Leaves everything as it is and answers with this state.
  record Keep<T extends KubernetesObject>(T answer) implements Change<T> {}

  /// Conditions and writes on other keys that go into the same transaction.
  record Along(List<Compare> compares, List<Write> writes) {
    public static final Along NOTHING = new Along(List.of(), List.of());

    public Along {
      compares = List.copyOf(compares);
      writes = List.copyOf(writes);
    }

    /// Both in one transaction.
    public Along and(Along other) {
      var allCompares = new ArrayList<>(compares);
      allCompares.addAll(other.compares);
      var allWrites = new ArrayList<>(writes);
      allWrites.addAll(other.writes);
      return new Along(allCompares, allWrites);
    }

    public boolean isEmpty() {
      return compares.isEmpty() && writes.isEmpty();
    }
  }
}
