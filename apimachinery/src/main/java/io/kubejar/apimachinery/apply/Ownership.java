package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.apply.Versions.Versioned;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.schema.TypeSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Works out who owns what after a write to one object.
///
/// @param type the type of objects of `apiVersion`, the version of the write
/// @param ignored the fields that this way of writing leaves alone, such as the status
record Ownership(String apiVersion, TypeSchema type, FieldSet ignored, Versions versions) {

  /// The managers afterwards, or what stands in the way.
  sealed interface Outcome {
    record Settled(JsonObject object, Map<ManagerId, ManagedSet> managers) implements Outcome {}

    record Refused(List<Clash> clashes) implements Outcome {}
  }

  /// What a manager owns that would change.
  record Clash(ManagerId manager, FieldSet fields) {}

  /// What an ordinary write changed, and what that leaves to the managers before it.
  record Change(FieldSet fields, Map<ManagerId, ManagedSet> managers) {}

  /// What an ordinary write changed of what may belong to somebody.
  Comparison comparison(JsonObject live, JsonObject updated) {
    return comparison(live, updated, type);
  }

  /// After an ordinary write: what changed belongs to nobody else any more.
  ///
  /// @param comparison of the two
  Change update(
      JsonObject live, JsonObject updated, Map<ManagerId, ManagedSet> before, Comparison comparison)
      throws InterruptedException {
    var managers = reconciled(live, before);
    takeFromOthers(live, updated, managers, new Writer(null, true), comparison);
    return new Change(comparison.changed(), managers);
  }

  /// Who writes, and whether it takes what belongs to others.
  private record Writer(@Nullable ManagerId id, boolean force) {}

  /// After an apply: the configuration is merged in, and what the applier had applied before but
  /// does not any more is gone, unless others own it too.
  Outcome apply(
      JsonObject live,
      JsonObject config,
      Map<ManagerId, ManagedSet> before,
      ManagerId applier,
      boolean force)
      throws InterruptedException {
    var managers = reconciled(live, before);
    var merged = object(TypedMerge.merge(live, config, type));
    var last = Optional.ofNullable(managers.get(applier));
    var applied = TypedFieldSet.of(config, type).recursiveDifference(ignored);
    var time = last.map(ManagedSet::time).orElse(null);
    managers.put(applier, new ManagedSet(applied, apiVersion, time));
    if (last.isPresent() && !last.get().fields().isEmpty()) {
      merged = pruned(merged, managers, last.get());
    }
    var comparison = comparison(live, merged, type);
    var clashes = takeFromOthers(live, merged, managers, new Writer(applier, force), comparison);
    return clashes.isEmpty() ? new Outcome.Settled(merged, managers) : new Outcome.Refused(clashes);
  }

  private Comparison comparison(JsonObject left, JsonObject right, TypeSchema schema) {
    return TypedComparison.of(left, right, schema).without(ignored);
  }

  private Map<ManagerId, ManagedSet> reconciled(JsonObject live, Map<ManagerId, ManagedSet> before)
      throws InterruptedException {
    var managers = new TreeMap<ManagerId, ManagedSet>();
    for (var entry : before.entrySet()) {
      var set = entry.getValue();
      var versioned = in(live, set.apiVersion());
      if (versioned.isPresent()) {
        var fields = SchemaReconciliation.reconcile(set.fields(), versioned.get().type());
        managers.put(entry.getKey(), set.withFields(fields));
      }
    }
    return managers;
  }

  /// Takes what changed from all others; without force returns what it would take, and takes
  /// nothing.
  private List<Clash> takeFromOthers(
      JsonObject live,
      JsonObject changed,
      Map<ManagerId, ManagedSet> managers,
      Writer writer,
      Comparison comparison)
      throws InterruptedException {
    var byVersion = new HashMap<String, Comparison>();
    byVersion.put(apiVersion, comparison);
    var clashes = new ArrayList<Clash>();
    var left = new TreeMap<ManagerId, FieldSet>();
    for (var entry : managers.entrySet()) {
      var id = entry.getKey();
      var set = entry.getValue();
      var fields = set.fields();
      if (!id.equals(writer.id())) {
        var differences = byVersion.get(set.apiVersion());
        if (differences == null) {
          differences = comparisonIn(set.apiVersion(), live, changed);
          byVersion.put(set.apiVersion(), differences);
        }
        var taken = fields.intersection(differences.changed());
        if (!taken.isEmpty()) {
          clashes.add(new Clash(id, taken));
        }
        fields = fields.difference(taken).difference(differences.removed());
      }
      left.put(id, fields);
    }
    if (!writer.force() && !clashes.isEmpty()) {
      return clashes;
    }
    left.forEach(
        (id, fields) -> {
          if (fields.isEmpty()) {
            managers.remove(id);
          } else {
            managers.computeIfPresent(id, (i, set) -> set.withFields(fields));
          }
        });
    return List.of();
  }

  private Comparison comparisonIn(String version, JsonObject live, JsonObject changed)
      throws InterruptedException {
    var left = in(live, version);
    var right = in(changed, version);
    if (left.isEmpty() || right.isEmpty()) {
      return new Comparison(FieldSet.EMPTY, FieldSet.EMPTY, FieldSet.EMPTY);
    }
    return comparison(left.get().object(), right.get().object(), left.get().type());
  }

  /// Removes what the applier applied last time and nobody claims now. All of that happens in the
  /// version of the last time, in which its fields are named.
  private JsonObject pruned(JsonObject merged, Map<ManagerId, ManagedSet> managers, ManagedSet last)
      throws InterruptedException {
    var found = in(merged, last.apiVersion());
    if (found.isEmpty()) {
      return merged;
    }
    var before = found.get();
    var lastFields = last.fields().withNamedFields(before.type().resolved());
    var after = without(before, lastFields);
    for (var version : ownedByVersion(managers, last.apiVersion()).entrySet()) {
      after = withOwned(before, after, version.getKey(), version.getValue());
    }
    after = inOr(after, last.apiVersion());
    // What the applier never owned must not fall with what it did own.
    var gone = fields(before).difference(fields(after)).intersection(lastFields);
    return inOr(without(before, gone), apiVersion).object();
  }

  /// The version of the last time comes first: others may not convert from an object that lacks too
  /// much.
  private static Map<String, FieldSet> ownedByVersion(
      Map<ManagerId, ManagedSet> managers, String first) {
    var owned = new LinkedHashMap<String, FieldSet>();
    owned.put(first, FieldSet.EMPTY);
    managers.values().forEach(set -> owned.merge(set.apiVersion(), set.fields(), FieldSet::union));
    return owned;
  }

  private Versioned withOwned(Versioned before, Versioned after, String version, FieldSet owned)
      throws InterruptedException {
    var wholeFound = in(before.object(), version);
    var prunedFound = in(after.object(), version);
    if (wholeFound.isEmpty() || prunedFound.isEmpty()) {
      return after;
    }
    var whole = wholeFound.get();
    var kept = fields(prunedFound.get()).union(owned.withNamedFields(whole.type().resolved()));
    return without(whole, fields(whole).difference(kept));
  }

  private static Versioned without(Versioned value, FieldSet fields) {
    return new Versioned(
        object(TypedRemoval.remove(value.object(), fields, value.type())), value.type());
  }

  private static FieldSet fields(Versioned value) {
    return TypedFieldSet.of(value.object(), value.type()).withNamedFields(value.type().resolved());
  }

  private Versioned inOr(Versioned value, String version) throws InterruptedException {
    return in(value.object(), version).orElse(value);
  }

  private Optional<Versioned> in(JsonObject object, String version) throws InterruptedException {
    var current = object.text("apiVersion");
    boolean asItIs = version.equals(apiVersion) && (current.isEmpty() || current.equals(version));
    return asItIs ? Optional.of(new Versioned(object, type)) : versions.convert(object, version);
  }

  private static JsonObject object(JsonValue value) {
    return switch (value) {
      case JsonObject object -> object;
      case JsonNull _ -> JsonObject.EMPTY;
      default -> throw new IllegalStateException("Not an object: " + value);
    };
  }
}
