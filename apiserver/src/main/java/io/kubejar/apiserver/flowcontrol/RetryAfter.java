package io.kubejar.apiserver.flowcontrol;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/// How long those are asked to wait who found no seat: longer the more of them there are. As TCP
/// does it, the time is doubled under pressure and shortened second by second.
final class RetryAfter {
  private static final long SECONDS_MAX = 32;

  /// How many refusals in each second of the waiting time make it longer.
  private static final int PRESSURE = 3;

  private final InstantSource clock;
  private final Map<String, Level> levels = new HashMap<>();

  private record Second(long time, long refusals) {}

  private static final class Level {
    private final ArrayDeque<Second> past = new ArrayDeque<>();
    private long now;
    private long refusals;
    private long seconds = 1;
    private long doubledAt;
  }

  RetryAfter(InstantSource clock) {
    this.clock = clock;
  }

  /// Counts a refusal, and tells how many seconds to wait.
  synchronized int refused(String name) {
    var level = levels.computeIfAbsent(name, _ -> new Level());
    long second = clock.instant().getEpochSecond();
    if (level.now != second) {
      level.past.addLast(new Second(level.now, level.refusals));
      forget(level);
      level.now = second;
      level.refusals = 0;
      adjust(level);
    }
    level.refusals++;
    return (int) level.seconds;
  }

  private static void forget(Level level) {
    long kept = Math.min(2 * level.seconds, SECONDS_MAX);
    while (!level.past.isEmpty() && level.now - level.past.getFirst().time > kept) {
      level.past.removeFirst();
    }
  }

  private static void adjust(Level level) {
    long refusals =
        level.past.stream()
            .filter(second -> level.now - second.time <= level.seconds)
            .mapToLong(Second::refusals)
            .sum();
    boolean mayDouble = level.now - level.doubledAt >= level.seconds;
    if (mayDouble && refusals >= PRESSURE * level.seconds) {
      level.seconds = Math.min(2 * level.seconds, SECONDS_MAX);
      level.doubledAt = level.now;
    } else if (refusals < level.seconds && level.seconds > 1) {
      level.seconds--;
    }
  }
}
