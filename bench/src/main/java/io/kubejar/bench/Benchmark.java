package io.kubejar.bench;

import java.util.List;

/// Something that can be measured by name.
interface Benchmark {
  String name();

  /// One line for `--help` and the list.
  String description();

  /// Measures. A benchmark that cannot run here throws [CannotRun] with the reason.
  List<Row> run() throws Exception;

  /// Thrown by a benchmark that this machine lacks something for.
  final class CannotRun extends Exception {
    private static final long serialVersionUID = 1L;

    CannotRun(String why) {
      super(why);
    }
  }
}
