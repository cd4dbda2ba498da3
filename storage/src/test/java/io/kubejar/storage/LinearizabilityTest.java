package io.kubejar.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.storage.KeyModel.Content;
import io.kubejar.storage.KeyModel.Operation;
import io.kubejar.storage.Linearizability.Call;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The checker itself: what it must accept and what it must not.
class LinearizabilityTest {
  private static final Value A = Value.of("a");
  private static final Value B = Value.of("b");

  @Test
  void acceptsAReadThatOverlapsAWriteEitherWay() {
    var write = new Call<Operation>(new Operation.Written(0, A, 2), 1, 4);

    assertThat(holds(write, read(Content.ABSENT, 2, 3))).isTrue();
    assertThat(holds(write, read(new Content(A, 2), 2, 3))).isTrue();
  }

  @Test
  void noticesAStaleRead() {
    var write = new Call<Operation>(new Operation.Written(0, A, 2), 1, 2);

    assertThat(holds(write, read(Content.ABSENT, 3, 4))).isFalse();
  }

  @Test
  void noticesAReadThatGoesBack() {
    var write = new Call<Operation>(new Operation.Written(0, A, 2), 1, 10);

    assertThat(holds(write, read(new Content(A, 2), 2, 3), read(Content.ABSENT, 4, 5))).isFalse();
  }

  @Test
  void noticesALostUpdate() {
    var first = new Call<Operation>(new Operation.Written(0, A, 2), 1, 5);
    var second = new Call<Operation>(new Operation.Written(0, B, 3), 2, 6);

    assertThat(holds(first, second)).isFalse();
  }

  @Test
  void noticesALostWrite() {
    var write = new Call<Operation>(new Operation.Written(0, A, 2), 1, 2);
    var refused = new Call<Operation>(new Operation.Refused(2, Content.ABSENT), 3, 4);

    assertThat(holds(write, refused)).isFalse();
  }

  @Test
  void aWriteWithoutAnswerMayHappenLaterOrNever() {
    var lost = new Call<Operation>(new Operation.Lost(0, A), 1, Call.NEVER);

    assertThat(holds(lost, read(Content.ABSENT, 2, 3))).isTrue();
    assertThat(holds(lost, read(Content.ABSENT, 2, 3), read(new Content(A, 9), 4, 5))).isTrue();
    assertThat(holds(lost, read(new Content(A, 9), 2, 3), read(Content.ABSENT, 4, 5))).isFalse();
    assertThat(holds(lost, read(new Content(A, 9), 2, 3), read(new Content(A, 8), 4, 5))).isFalse();
  }

  private static Call<Operation> read(Content seen, long called, long returned) {
    return new Call<>(new Operation.Read(seen), called, returned);
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // Only read.
  private static boolean holds(Call<Operation>... calls) {
    return Linearizability.holds(new KeyModel(), List.of(calls));
  }
}
