package io.kubejar.apiserver.flowcontrol;

import io.kubejar.apiserver.request.Query;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What happens in the priority levels right now, as three tables for people:
/// `/debug/api_priority_and_fairness/dump_priority_levels`, `dump_queues` and `dump_requests`.
/// Columns are upstream's; cells are padded so that they stand below each other.
public record FlowDump(FlowControl control) {
  private static final String ROOT = "/debug/api_priority_and_fairness/";
  private static final int WIDTH_MIN = 8;

  private static final List<String> LEVELS =
      List.of(
          "PriorityLevelName",
          "ActiveQueues",
          "IsIdle",
          "IsQuiescing",
          "WaitingRequests",
          "ExecutingRequests",
          "DispatchedRequests",
          "RejectedRequests",
          "TimedoutRequests",
          "CancelledRequests");
  private static final List<String> QUEUES =
      List.of(
          "PriorityLevelName",
          "Index",
          "PendingRequests",
          "ExecutingRequests",
          "SeatsInUse",
          "NextDispatchR",
          "InitialSeatsSum",
          "MaxSeatsSum",
          "TotalWorkSum");
  private static final List<String> REQUESTS =
      List.of(
          "PriorityLevelName",
          "FlowSchemaName",
          "QueueIndex",
          "RequestIndexInQueue",
          "FlowDistingsher",
          "ArriveTime",
          "InitialSeats",
          "FinalSeats",
          "AdditionalLatency",
          "StartTime");
  private static final List<String> DETAILS =
      List.of(
          "UserName",
          "Verb",
          "APIPath",
          "Namespace",
          "Name",
          "APIVersion",
          "Resource",
          "SubResource");

  /// How a level is.
  record Level(
      String name,
      int activeQueues,
      int waiting,
      int executing,
      long dispatched,
      long rejected,
      long timedOut,
      long cancelled) {}

  /// How a queue is.
  record Queue(
      int index, int waiting, int executing, int seatsInUse, double nextStart, int seatsWaiting) {}

  /// A request in a level.
  ///
  /// @param queue -1 if it never stood in one
  /// @param place in the queue; -1 if it has its seat
  /// @param started [Instant#EPOCH] if it still waits
  record Guest(Visit visit, int queue, int place, Instant arrived, Instant started) {}

  /// The table at a path, if it is one of these.
  public Optional<String> at(String path, Query query) {
    return switch (path) {
      case ROOT + "dump_priority_levels" -> Optional.of(levels());
      case ROOT + "dump_queues" -> Optional.of(queues());
      case ROOT + "dump_requests" ->
          Optional.of(requests(!query.firstOr("includeRequestDetails", "").isEmpty()));
      default -> Optional.empty();
    };
  }

  private String levels() {
    var rows = new ArrayList<List<String>>();
    rows.add(LEVELS);
    for (var level : control.levels()) {
      var it = level.dump();
      rows.add(
          cells(
              it.name,
              it.activeQueues,
              it.waiting == 0 && it.executing == 0,
              false, // A level that goes away is not asked any more.
              it.waiting,
              it.executing,
              it.dispatched,
              it.rejected,
              it.timedOut,
              it.cancelled));
    }
    return table(rows);
  }

  private String queues() {
    var rows = new ArrayList<List<String>>();
    rows.add(QUEUES);
    for (var level : control.levels()) {
      for (var queue : level.queues()) {
        rows.add(
            cells(
                level.name(),
                queue.index,
                queue.waiting,
                queue.executing,
                queue.seatsInUse,
                "%.8fss".formatted(queue.nextStart),
                queue.seatsWaiting,
                queue.seatsWaiting,
                "%.8fss".formatted(queue.seatsWaiting * FairQueues.EXPECTED_SECONDS)));
      }
    }
    return table(rows);
  }

  private String requests(boolean detailed) {
    var rows = new ArrayList<List<String>>();
    rows.add(detailed ? joined(REQUESTS, DETAILS) : REQUESTS);
    for (var level : control.levels()) {
      for (var guest : level.guests()) {
        var visit = guest.visit;
        var row =
            cells(
                level.name(),
                visit.schema(),
                guest.queue,
                guest.place,
                visit.distinguisher(),
                guest.arrived,
                visit.cost().seats(),
                visit.cost().finalSeats(),
                visit.cost().finalLatency().toMillis() + "ms",
                guest.started.equals(Instant.EPOCH) ? "0001-01-01T00:00:00Z" : guest.started);
        rows.add(detailed ? joined(row, details(visit)) : row);
      }
    }
    return table(rows);
  }

  private static List<String> details(Visit visit) {
    var info = visit.info();
    var version =
        info.apiGroup().isEmpty() ? info.apiVersion() : info.apiGroup() + "/" + info.apiVersion();
    return cells(
        visit.user(),
        info.verb(),
        info.path(),
        info.namespace(),
        info.name(),
        version,
        info.resource(),
        info.subresource());
  }

  private static List<String> joined(List<String> one, List<String> other) {
    var all = new ArrayList<>(one);
    all.addAll(other);
    return all;
  }

  private static List<String> cells(Object... values) {
    var cells = new ArrayList<String>();
    for (var value : values) {
      cells.add(value.toString());
    }
    return cells;
  }

  /// Each cell but the last of a row ends with a comma.
  private static String table(List<List<String>> rows) {
    int columns = rows.getFirst().size();
    var widths = new int[columns];
    for (var row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(Math.max(widths[i], WIDTH_MIN), row.get(i).length() + 2);
      }
    }
    var text = new StringBuilder();
    for (var row : rows) {
      for (int i = 0; i < columns - 1; i++) {
        var cell = row.get(i) + ",";
        text.append(cell).append(" ".repeat(widths[i] - cell.length()));
      }
      text.append(row.getLast()).append('\n');
    }
    return text.toString();
  }
}
