package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.apply.ApplyResult.Applied;
import io.kubejar.apimachinery.apply.ApplyResult.Conflicting;
import io.kubejar.apimachinery.apply.Ownership.Clash;
import io.kubejar.apimachinery.apply.Ownership.Outcome;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.schema.TypeSchema;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the `managedFields` of one kind of object, on every write, and carries out server-side
/// apply.
///
/// It works on trees in the version of the request. An object that does not exist yet is the empty
/// object.
public final class FieldManager {
  private static final Logger log = LoggerFactory.getLogger(FieldManager.class);

  private static final String BEFORE_FIRST_APPLY = "before-first-apply";

  /// What the server sets itself, or what makes the object the one it is, has no owner.
  private static final FieldSet OWNERLESS =
      FieldSet.ofFields(
          "apiVersion",
          "kind",
          "metadata",
          "metadata.name",
          "metadata.namespace",
          "metadata.creationTimestamp",
          "metadata.selfLink",
          "metadata.uid",
          "metadata.clusterName",
          "metadata.generation",
          "metadata.managedFields",
          "metadata.resourceVersion");

  private final GroupVersionKind kind;
  private final String subresource;
  private final Ownership ownership;
  private final JsonObject skeleton;
  private final InstantSource clock;

  private FieldManager(
      GroupVersionKind kind, String subresource, Ownership ownership, InstantSource clock) {
    this.kind = kind;
    this.subresource = subresource;
    this.ownership = ownership;
    this.clock = clock;
    skeleton = Skeleton.of(kind.apiVersion(), kind.kind(), ownership.type());
  }

  /// A manager of writes to the main resource, which leaves no field alone.
  public static FieldManager forType(GroupVersionKind kind, TypeSchema type, InstantSource clock) {
    var ownership = new Ownership(kind.apiVersion(), type, FieldSet.EMPTY, Versions.NONE);
    return new FieldManager(kind, "", ownership, clock);
  }

  /// A manager of writes that leave these fields and all below them alone, such as `status` for the
  /// main resource of a kind with a status subresource.
  public FieldManager resetting(FieldSet fields) {
    return with(
        new Ownership(ownership.apiVersion(), ownership.type(), fields, ownership.versions()));
  }

  /// A manager for a kind that has other versions.
  public FieldManager converting(Versions versions) {
    return with(
        new Ownership(ownership.apiVersion(), ownership.type(), ownership.ignored(), versions));
  }

  /// A manager of writes through a subresource, such as `status` or `scale`.
  public FieldManager forSubresource(String name) {
    return new FieldManager(kind, name, ownership, clock);
  }

  private FieldManager with(Ownership changed) {
    return new FieldManager(kind, subresource, changed, clock);
  }

  /// The updated object with its managers brought up to date after a create, update or patch that
  /// is no apply.
  ///
  /// Never fails: the write is valid, only its book-keeping may not be possible, and then the old
  /// one is kept.
  public JsonObject update(JsonObject live, JsonObject updated, String manager)
      throws InterruptedException {
    try {
      return tracked(live, updated, manager);
    } catch (MistypedException | IllegalArgumentException broken) {
      log.warn("Managed fields not updated. kind={} manager={}", kind, manager, broken);
      return ManagedFields.with(updated, ManagedFields.of(live));
    }
  }

  private JsonObject tracked(JsonObject live, JsonObject updated, String manager)
      throws InterruptedException {
    boolean exists = exists(live);
    var liveEntries = ManagedFields.of(live);
    var newEntries = ManagedFields.of(updated);
    // A subresource does not let its users write the book.
    boolean keeps =
        !subresource.isEmpty() || newEntries.isEmpty() || newEntries.equals(liveEntries);
    if (keeps && !ManagedFields.isReset(updated) && exists && liveEntries.isEmpty()) {
      return ManagedFields.without(updated); // Nobody has tracked it, nobody starts now.
    }
    var before = exists ? ManagedFields.without(live) : skeleton;
    var after = ManagedFields.without(updated);
    boolean reset = subresource.isEmpty() && ManagedFields.isReset(updated);
    var comparison = ownership.comparison(before, after);
    if (keeps && !reset && exists && comparison.isSame()) {
      return ManagedFields.with(after, liveEntries);
    }
    if (reset && exists) {
      return after; // Without managers an existing object is not tracked.
    }
    var managers =
        reset ? new TreeMap<ManagerId, ManagedSet>() : decoded(keeps, liveEntries, newEntries);
    var id = ManagerId.updating(manager, kind.apiVersion(), subresource);
    var written = written(before, after, managers, id, comparison);
    return ManagedFields.with(after, ManagedFields.encode(ManagerCap.capped(written)));
  }

  /// The writer's entries if they make sense, else the live object's, else none.
  private static Map<ManagerId, ManagedSet> decoded(
      boolean keeps, List<JsonValue> live, List<JsonValue> written) {
    if (!keeps) {
      try {
        var managers = ManagedFields.decode(written);
        if (!managers.isEmpty()) {
          return managers;
        }
      } catch (IllegalArgumentException malformed) {
        log.debug("Managed fields of a request dropped.", malformed);
      }
    }
    try {
      return ManagedFields.decode(live);
    } catch (IllegalArgumentException malformed) {
      log.warn("Managed fields of an object dropped.", malformed);
      return new TreeMap<>();
    }
  }

  private Map<ManagerId, ManagedSet> written(
      JsonObject before,
      JsonObject after,
      Map<ManagerId, ManagedSet> managers,
      ManagerId id,
      Comparison comparison)
      throws InterruptedException {
    var change = ownership.update(before, after, managers, comparison);
    var own = change.fields().difference(OWNERLESS);
    var result = new TreeMap<>(change.managers());
    if (!own.isEmpty()) {
      var previous = result.get(id);
      var all = previous == null ? own : own.union(previous.fields());
      result.put(id, new ManagedSet(all, kind.apiVersion(), now()));
    }
    return result;
  }

  /// Merges a configuration into the live object.
  ///
  /// @param force whether to take fields from their owners
  /// @throws ApiException if the configuration is not one of this kind and version
  public ApplyResult apply(JsonObject live, JsonObject config, String manager, boolean force)
      throws InterruptedException {
    requireAcceptable(config);
    var liveEntries = ManagedFields.of(live);
    var before = exists(live) ? ManagedFields.without(live) : skeleton;
    try {
      var managers = ManagedFields.decode(liveEntries);
      if (managers.isEmpty() && exists(live)) {
        managers =
            written(
                skeleton,
                before,
                managers,
                ManagerId.updating(BEFORE_FIRST_APPLY, kind.apiVersion(), subresource),
                ownership.comparison(skeleton, before));
      }
      return applied(before, config, managers, manager, force);
    } catch (MistypedException | IllegalArgumentException broken) {
      throw ApiException.unexplained("failed to apply: " + broken.getMessage());
    }
  }

  private ApplyResult applied(
      JsonObject before,
      JsonObject config,
      Map<ManagerId, ManagedSet> managers,
      String manager,
      boolean force)
      throws InterruptedException {
    var id = ManagerId.applying(manager, subresource);
    var outcome = ownership.apply(before, config, managers, id, force);
    if (outcome instanceof Outcome.Refused(var clashes)) {
      var left = manager.equals(LastApplied.MANAGER) ? unforgiven(before, clashes) : clashes;
      if (!left.isEmpty()) {
        return new Conflicting(conflicts(left));
      }
      outcome = ownership.apply(before, config, managers, id, true);
    }
    var settled = (Outcome.Settled) outcome;
    boolean changed = !settled.object().equals(before);
    var after = new TreeMap<>(settled.managers());
    settle(after, id, changed);
    var object = settled.object();
    if (manager.equals(LastApplied.MANAGER)) {
      object = LastApplied.updated(object, config);
    }
    return new Applied(ManagedFields.with(object, ManagedFields.encode(after)), changed);
  }

  private void settle(Map<ManagerId, ManagedSet> managers, ManagerId id, boolean changed) {
    managers.computeIfPresent(
        id,
        (i, set) -> {
          var owned = set.fields().difference(OWNERLESS);
          var time = changed || set.time() == null ? now() : set.time();
          return owned.isEmpty() ? null : new ManagedSet(owned, set.apiVersion(), time);
        });
  }

  /// Clashes over fields that are no longer as the client-side apply left them.
  private List<Clash> unforgiven(JsonObject live, List<Clash> clashes) {
    var forgiven = LastApplied.unchanged(live, kind.apiVersion(), ownership.type());
    return clashes.stream()
        .map(clash -> new Clash(clash.manager(), clash.fields().difference(forgiven)))
        .filter(clash -> !clash.fields().isEmpty())
        .toList();
  }

  private static List<Conflict> conflicts(List<Clash> clashes) {
    var conflicts = new ArrayList<Conflict>();
    clashes.stream()
        .sorted(Comparator.comparing(Clash::manager))
        .forEach(
            clash ->
                clash
                    .fields()
                    .forEach(
                        path ->
                            conflicts.add(
                                new Conflict(
                                    clash.manager().toString(), PathElement.pathText(path)))));
    return conflicts;
  }

  private void requireAcceptable(JsonObject config) {
    if (!config.text("apiVersion").equals(kind.apiVersion())) {
      throw ApiException.badRequest(
          "Incorrect version specified in apply patch. Specified patch version: "
              + config.text("apiVersion")
              + ", expected: "
              + kind.apiVersion());
    }
    if (!config.text("kind").equals(kind.kind())) {
      throw ApiException.badRequest(
          "invalid object kind: " + config.text("kind") + ", expected: " + kind.kind());
    }
    var given = config.object("metadata").get("managedFields");
    if (given != null && !(given instanceof JsonNull)) {
      throw ApiException.badRequest("metadata.managedFields must be nil");
    }
    try {
      TypedValidation.requireValid(config, ownership.type());
    } catch (MistypedException wrong) {
      var metadata = config.object("metadata");
      throw ApiException.unexplained(
          "failed to create typed patch object ("
              + metadata.text("namespace")
              + "/"
              + metadata.text("name")
              + "; "
              + kind
              + "): "
              + wrong.getMessage());
    }
  }

  /// The old object if nothing but the times of its managers has changed: then there is nothing to
  /// write.
  public static JsonObject ignoringTimes(JsonObject old, JsonObject updated) {
    if (!ManagedFields.without(old).equals(ManagedFields.without(updated))) {
      return updated;
    }
    return untimed(old).equals(untimed(updated)) ? old : updated;
  }

  private static List<JsonValue> untimed(JsonObject object) {
    return ManagedFields.of(object).stream()
        .map(entry -> entry instanceof JsonObject fields ? fields.without("time") : entry)
        .toList();
  }

  private static boolean exists(JsonObject live) {
    return !live.object("metadata").text("uid").isEmpty();
  }

  private String now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
