package io.kubejar.simulation.kubelet;

import io.kubejar.kubelet.log.LogLine;
import io.kubejar.simulation.nodes.PodScript.Line;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// How far somebody has read the log of one run. Knows no clock: the same script, run and time give
/// the same lines.
final class LogCursor {
  /// As runtimes write it, with all nanoseconds.
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final BitSet read = new BitSet();

  /// The lines printed until now that were not read yet, in the order of their times. A script may
  /// have got more lines since the last call.
  List<LogLine> next(List<Line> script, Run run, Instant now) {
    var ended = run.ended();
    var until = ended != null && ended.isBefore(now) ? ended : now;
    var fresh =
        IntStream.range(0, script.size())
            .filter(i -> !read.get(i) && !at(script.get(i), run).isAfter(until))
            .boxed()
            .sorted(Comparator.comparing(i -> script.get(i).after()))
            .toList();
    fresh.forEach(read::set);
    return fresh.stream().map(i -> line(script.get(i), run)).toList();
  }

  /// When the next line is printed, if the run lasts that long.
  Optional<Instant> nextAt(List<Line> script, Run run) {
    return IntStream.range(0, script.size())
        .filter(i -> !read.get(i))
        .mapToObj(i -> at(script.get(i), run))
        .min(Comparator.naturalOrder());
  }

  private static Instant at(Line line, Run run) {
    return run.started().plus(line.after());
  }

  private static LogLine line(Line line, Run run) {
    return new LogLine(
        TIMESTAMP.format(at(line, run)),
        "stdout",
        false,
        line.text().getBytes(StandardCharsets.UTF_8));
  }
}
