package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.KubernetesObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The last changes of a resource, and what there was before each of them: for watches that resume
/// and for lists at older revisions. For one thread at a time.
///
/// Young changes are all kept, so that whoever comes back within [#FRESH] finds them, however busy
/// the resource is; of the older ones only so many. Both have bounds in number and in bytes.
final class History<T extends KubernetesObject> {
  /// How long changes are kept even if there are many: upstream's `eventFreshDuration`.
  static final Duration FRESH = Duration.ofSeconds(75);

  /// How many are kept however old they are.
  static final int OLD_MAX = 8_192;

  /// How many are kept at most: upstream's.
  static final int MAX = 100 * 1_024;

  /// How much the changed objects may take, as stored; decoded they take about twice as much.
  static final long BYTES_MAX = 64L << 20;

  /// How many are kept even if they are large: the least that upstream keeps.
  static final int LEAST = 100;

  private final ArrayList<@Nullable Step<T>> steps = new ArrayList<>();
  private int begin;
  private long bytes;
  private long forgotten;

  /// A change.
  ///
  /// @param before what there was just before it
  private record Step<T extends KubernetesObject>(
      CacheEvent<T> event, CacheView<T> before, Instant when) {}

  /// Forgets everything up to a revision.
  void reset(long revision) {
    steps.clear();
    begin = 0;
    bytes = 0;
    forgotten = revision;
  }

  /// The revision up to which changes are forgotten.
  long forgotten() {
    return forgotten;
  }

  int size() {
    return steps.size() - begin;
  }

  void add(CacheEvent<T> event, CacheView<T> before, Instant now) {
    steps.add(new Step<>(event, before, now));
    bytes += event.object().bytes();
    while (isTooMuch(now)) {
      forgetFirst();
    }
    if (begin > steps.size() / 2) {
      steps.subList(0, begin).clear(); // Seldom enough to cost next to nothing for each change.
      begin = 0;
    }
  }

  private boolean isTooMuch(Instant now) {
    int size = size();
    return size > MAX
        || (size > OLD_MAX && step(begin).when.plus(FRESH).isBefore(now))
        || (size > LEAST && bytes > BYTES_MAX);
  }

  private void forgetFirst() {
    var first = step(begin).event;
    steps.set(begin, null);
    begin++;
    bytes -= first.object().bytes();
    forgotten = first.revision();
  }

  /// The changes after a revision, oldest first.
  List<CacheEvent<T>> after(long revision) {
    var events = new ArrayList<CacheEvent<T>>();
    for (int i = firstAfter(revision); i < steps.size(); i++) {
      events.add(step(i).event);
    }
    return events;
  }

  /// What there was at a revision; empty if that is forgotten.
  ///
  /// @param now what there is now
  Optional<CacheView<T>> at(long revision, CacheView<T> now) {
    if (revision < forgotten) {
      return Optional.empty();
    }
    int next = firstAfter(revision);
    return Optional.of((next == steps.size() ? now : step(next).before).at(revision));
  }

  private int firstAfter(long revision) {
    int low = begin;
    int high = steps.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (step(middle).event.revision() <= revision) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private Step<T> step(int index) {
    return java.util.Objects.requireNonNull(steps.get(index));
  }
}
