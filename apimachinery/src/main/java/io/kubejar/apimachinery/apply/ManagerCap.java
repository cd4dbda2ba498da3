package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.apply.ManagerId.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Bounds how many updaters an object remembers: the oldest are thrown together as
/// `ancient-changes`.
final class ManagerCap {
  static final int MOST_UPDATERS = 10;
  private static final String ANCIENT = "ancient-changes";

  private ManagerCap() {}

  static Map<ManagerId, ManagedSet> capped(Map<ManagerId, ManagedSet> before) {
    var updaters = updaters(before);
    if (updaters.size() <= MOST_UPDATERS) {
      return before;
    }
    var managers = new TreeMap<>(before);
    var firstOfVersion = new HashMap<String, ManagerId>();
    int left = updaters.size();
    for (var updater : updaters) {
      if (left <= MOST_UPDATERS) {
        break;
      }
      var set = before.getOrDefault(updater, new ManagedSet(FieldSet.EMPTY, "", null));
      var first = firstOfVersion.putIfAbsent(set.apiVersion(), updater);
      if (first == null) {
        continue; // One alone cannot be thrown together with anything.
      }
      var bucket = ManagerId.updating(ANCIENT, set.apiVersion(), "");
      var alone = managers.remove(first);
      if (alone != null && !first.equals(bucket)) {
        managers.putIfAbsent(bucket, alone);
      } else if (alone != null) {
        managers.put(bucket, alone);
      }
      managers.remove(updater);
      managers.merge(
          bucket,
          set,
          (old, more) ->
              new ManagedSet(old.fields().union(more.fields()), more.apiVersion(), more.time()));
      firstOfVersion.put(set.apiVersion(), bucket);
      left--;
    }
    return managers;
  }

  /// Oldest first.
  private static List<ManagerId> updaters(Map<ManagerId, ManagedSet> managers) {
    var updaters = new ArrayList<ManagerId>();
    for (var id : managers.keySet()) {
      if (id.operation() == Operation.UPDATE) {
        updaters.add(id);
      }
    }
    updaters.sort(
        Comparator.comparing((ManagerId id) -> time(managers.get(id)))
            .thenComparing(Comparator.naturalOrder()));
    return updaters;
  }

  private static String time(@Nullable ManagedSet set) {
    return set == null || set.time() == null ? "" : set.time();
  }
}
