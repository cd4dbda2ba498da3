package io.kubejar.bench;

import java.util.List;

/// One measured number.
///
/// @param bench which benchmark
/// @param workload what was done, in a few words
/// @param unit of the value, such as `ms` or `writes/s`
/// @param conditions store, durability, clients, machine: whatever the number depends on
record Row(String bench, String workload, double value, String unit, String conditions) {
  /// The rows of an action under load: how often it was done, and what it cost the server.
  static List<Row> of(
      String bench, String workload, String unit, Load.Result result, String conditions) {
    return List.of(
        new Row(bench, workload, result.perSecond(), unit, conditions),
        new Row(
            bench,
            workload + ", server's processor time",
            result.serverMicros(),
            "µs each",
            conditions));
  }

  String json() {
    return "{\"bench\":%s,\"workload\":%s,\"value\":%s,\"unit\":%s,\"conditions\":%s}"
        .formatted(quoted(bench), quoted(workload), number(), quoted(unit), quoted(conditions));
  }

  String number() {
    return value >= 100 ? Long.toString(Math.round(value)) : "%.2f".formatted(value);
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
