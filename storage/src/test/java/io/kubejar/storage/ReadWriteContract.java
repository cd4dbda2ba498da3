package io.kubejar.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What every store promises to readers and writers.
public interface ReadWriteContract extends StoreFixture {

  @Test
  default void anAbsentKeyReadsAsEmpty() throws InterruptedException {
    long revision = store().revision();

    assertThat(store().get(key("a"))).isEqualTo(new ReadResult(Optional.empty(), revision));
  }

  @Test
  default void everyWriteMakesOneRevisionAndCountsVersions() throws InterruptedException {
    long first = put("a", "1");
    long second = put("a", "2");

    assertThat(second).isEqualTo(first + 1);
    assertThat(store().get(key("a")))
        .isEqualTo(
            new ReadResult(
                Optional.of(new Entry(key("a"), Value.of("2"), first, second, 2)), second));
    assertThat(store().revision()).isEqualTo(second);
  }

  @Test
  default void aKeyMadeAnewBeginsAtVersionOne() throws InterruptedException {
    put("a", "1");
    delete("a");
    long revision = put("a", "2");

    assertThat(store().get(key("a")).entry())
        .contains(new Entry(key("a"), Value.of("2"), revision, revision, 1));
  }

  @Test
  default void aTransactionWritesAllItsKeysAtOneRevision() throws InterruptedException {
    put("c", "old");
    var result =
        store()
            .commit(
                Transaction.of(
                    new Write.Put(key("a"), Value.of("1")),
                    new Write.Put(key("b"), Value.of("2")),
                    new Write.Delete(key("c"))));

    var page = store().range(RangeRequest.prefix(prefix()));
    assertThat(page.entries())
        .containsExactly(
            new Entry(key("a"), Value.of("1"), result.revision(), result.revision(), 1),
            new Entry(key("b"), Value.of("2"), result.revision(), result.revision(), 1));
    assertThat(page.revision()).isEqualTo(result.revision());
  }

  @Test
  default void aFailedComparisonChangesNothingAndTellsWhatIsThere() throws InterruptedException {
    long revision = put("a", "1");

    var result =
        store()
            .commit(Transaction.create(key("b"), Value.of("2")).onlyIf(key("a"), revision + 1000));

    var entry = new Entry(key("a"), Value.of("1"), revision, revision, 1);
    assertThat(result)
        .isEqualTo(
            new CommitResult.Refused(List.of(Optional.empty(), Optional.of(entry)), revision));
    assertThat(store().get(key("b")).entry()).isEmpty();
    assertThat(store().revision()).isEqualTo(revision);
  }

  @Test
  default void comparesWithTheLastWriteOrWithAbsence() throws InterruptedException {
    long created = store().commit(Transaction.create(key("a"), Value.of("1"))).revision();

    assertThat(store().commit(Transaction.create(key("a"), Value.of("2"))))
        .isInstanceOf(CommitResult.Refused.class);
    assertThat(store().commit(Transaction.update(key("a"), created, Value.of("3"))))
        .isEqualTo(new CommitResult.Committed(created + 1));
    assertThat(store().commit(Transaction.delete(key("a"), created)))
        .isInstanceOf(CommitResult.Refused.class);
    assertThat(store().commit(Transaction.delete(key("a"), created + 1)))
        .isEqualTo(new CommitResult.Committed(created + 2));
  }

  @Test
  default void deletingWhatIsAbsentMakesNoRevision() throws InterruptedException {
    long before = store().revision();

    assertThat(store().commit(Transaction.of(new Write.Delete(key("a")))))
        .isEqualTo(new CommitResult.Committed(before));
    assertThat(store().revision()).isEqualTo(before);
  }

  @Test
  default void rangesAreOrderedAndKeepToTheirPrefix() throws InterruptedException {
    for (var name : List.of("b", "a/2", "a/1", "a0", "a", "a/1/x")) {
      put(name, name);
    }

    assertThat(names(RangeRequest.prefix(key("a/")))).containsExactly("a/1", "a/1/x", "a/2");
    assertThat(names(RangeRequest.prefix(key("a"))))
        .containsExactly("a", "a/1", "a/1/x", "a/2", "a0");
    assertThat(names(RangeRequest.prefix(key("z")))).isEmpty();
  }

  @Test
  default void pagesOfOneRevisionFitTogether() throws InterruptedException {
    for (int i = 0; i < 5; i++) {
      put("k" + i, "v");
    }
    var request = RangeRequest.prefix(prefix()).withLimit(2);

    var first = store().range(request);
    put("k3a", "new");
    delete("k4");
    var rest = request.withAtRevision(first.revision());
    var second = store().range(rest.withStartAfter(first.entries().getLast().key()));
    var third = store().range(rest.withStartAfter(second.entries().getLast().key()));

    assertThat(first.entries()).extracting(Entry::key).containsExactly(key("k0"), key("k1"));
    assertThat(first.more()).isTrue();
    assertThat(first.count()).isEqualTo(5);
    assertThat(second.entries()).extracting(Entry::key).containsExactly(key("k2"), key("k3"));
    assertThat(second.more()).isTrue();
    assertThat(second.count()).isEqualTo(3);
    assertThat(third.entries()).extracting(Entry::key).containsExactly(key("k4"));
    assertThat(third.more()).isFalse();
    assertThat(third.count()).isEqualTo(1);
  }

  @Test
  default void keysCanBeReadWithoutValues() throws InterruptedException {
    long revision = put("a", "value");

    assertThat(store().range(RangeRequest.prefix(prefix()).withKeysOnly()).entries())
        .containsExactly(new Entry(key("a"), Value.EMPTY, revision, revision, 1));
  }

  @Test
  default void olderRevisionsStayReadable() throws InterruptedException {
    long first = put("a", "1");
    long second = put("a", "2");
    delete("a");

    assertThat(valuesAt(first)).containsExactly("1");
    assertThat(valuesAt(second)).containsExactly("2");
    assertThat(valuesAt(second + 1)).isEmpty();
  }

  @Test
  default void theFutureCannotBeRead() throws InterruptedException {
    long revision = put("a", "1");

    assertThatThrownBy(() -> valuesAt(revision + 1000)).isInstanceOf(FutureRevisionException.class);
  }

  @Test
  default void compactionForgetsOlderRevisionsAndKeepsItsOwn() throws InterruptedException {
    long first = put("a", "1");
    long second = put("a", "2");
    long third = put("a", "3");

    store().compact(second);

    assertThat(store().compactedRevision()).isEqualTo(second);
    assertThatThrownBy(() -> valuesAt(first)).isInstanceOf(CompactedException.class);
    assertThat(valuesAt(second)).containsExactly("2");
    assertThat(valuesAt(third)).containsExactly("3");
    assertThat(valuesAt(0)).containsExactly("3");
  }

  @Test
  default void compactingTwiceOrTheFutureIsHarmless() throws InterruptedException {
    long first = put("a", "1");
    long second = put("a", "2");
    store().compact(second);

    store().compact(second);
    store().compact(first);

    assertThat(store().compactedRevision()).isEqualTo(second);
    assertThatThrownBy(() -> store().compact(second + 1000))
        .isInstanceOf(FutureRevisionException.class);
    assertThat(store().revision()).isEqualTo(second);
  }

  @Test
  default void largeValuesSurviveAndTooLargeOnesAreRefused() throws InterruptedException {
    var large = Value.wrap(new byte[1 << 20]);
    var tooLarge = Value.wrap(new byte[2 << 20]);

    store().commit(Transaction.create(key("large"), large));

    assertThat(store().get(key("large")).entry().orElseThrow().value()).isEqualTo(large);
    assertThatThrownBy(() -> store().commit(Transaction.create(key("b"), tooLarge)))
        .isInstanceOf(TooLargeException.class);
    assertThat(store().get(key("b")).entry()).isEmpty();
  }

  @Test
  default void emptyValuesAndUnusualKeysAreFine() throws InterruptedException {
    for (var name : List.of("", " ", "ä€", "a\u0000b", "\uffee")) {
      put("odd" + name, "");
    }

    assertThat(names(RangeRequest.prefix(key("odd"))))
        .containsExactly("odd", "odd ", "odda\u0000b", "oddä€", "odd\uffee");
  }

  @Test
  default void malformedTransactionsAreRefused() throws InterruptedException {
    long before = store().revision();
    var put = new Write.Put(key("a"), Value.EMPTY);

    assertThatThrownBy(() -> store().commit(Transaction.of(put, new Write.Delete(key("a")))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store().commit(Transaction.create("", Value.EMPTY)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store().commit(Transaction.create("/\ud83d\ude00", Value.EMPTY)))
        .isInstanceOf(IllegalArgumentException.class);
    for (var timeToLive : List.of(Duration.ZERO, Duration.ofSeconds(Long.MAX_VALUE))) {
      var transaction = Transaction.create(key("a"), Value.EMPTY, timeToLive);
      assertThatThrownBy(() -> store().commit(transaction))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(store().revision()).isEqualTo(before);
  }

  private List<String> names(RangeRequest request) throws InterruptedException {
    return store().range(request).entries().stream()
        .map(entry -> entry.key().substring(prefix().length()))
        .toList();
  }

  private List<String> valuesAt(long revision) throws InterruptedException {
    return store().range(RangeRequest.prefix(prefix()).withAtRevision(revision)).entries().stream()
        .map(entry -> entry.value().toUtf8())
        .toList();
  }
}
