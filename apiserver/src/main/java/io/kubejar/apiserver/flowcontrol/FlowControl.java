package io.kubejar.apiserver.flowcontrol;

import static java.util.Objects.requireNonNull;

import io.kubejar.api.flowcontrol.v1.FlowSchema;
import io.kubejar.api.flowcontrol.v1.PriorityLevelConfiguration;
import io.kubejar.api.flowcontrol.v1.PriorityLevelConfigurationSpec;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.cache.ResourceCache;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.flowcontrol.SeatAllocation.Bounds;
import io.kubejar.apiserver.request.RequestInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Knows the schemas and levels as they are now, and finds the place of each request. Follows its
/// configuration by looking at two counters on each request, so nothing runs while nobody asks.
public final class FlowControl {
  /// How often seats are lent and borrowed anew, at most.
  private static final Duration ADJUSTMENT = Duration.ofSeconds(10);

  private static final int NOMINAL_SHARES = 30;

  private final ResourceCache<FlowSchema> schemas;
  private final ResourceCache<PriorityLevelConfiguration> levels;
  private final int seats;
  private final Clock clock;
  private final FlowMetrics metrics;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable Current current;
  private volatile Instant adjusted;

  private record Current(
      long schemaChanges,
      long levelChanges,
      List<FlowSchema> schemas,
      Map<String, PriorityLevel> levels,
      Map<String, String> uids) {}

  /// Where a request belongs.
  record Place(
      FlowSchema schema, PriorityLevel level, String levelUid, String distinguisher, long flow) {}

  /// @param seats of the whole server
  public FlowControl(
      ResourceCache<FlowSchema> schemas,
      ResourceCache<PriorityLevelConfiguration> levels,
      int seats,
      Clock clock,
      FlowMetrics metrics) {
    this.schemas = schemas;
    this.levels = levels;
    this.seats = seats;
    this.clock = clock;
    this.metrics = metrics;
    adjusted = clock.instant();
  }

  Place placeOf(UserInfo user, RequestInfo request) {
    var now = current();
    adjustIfDue(now);
    for (var schema : now.schemas) {
      var level = now.levels.get(schema.spec().priorityLevelConfiguration().name());
      if (level != null && SchemaMatch.covers(schema, user, request)) {
        var name = schema.spec().priorityLevelConfiguration().name();
        var distinguisher = SchemaMatch.distinguisher(schema, user, request);
        var flow = hash(schema.metadata().name(), distinguisher);
        return new Place(schema, level, now.uids.getOrDefault(name, ""), distinguisher, flow);
      }
    }
    throw new IllegalStateException("the schema for everything else does not cover a request");
  }

  FlowMetrics metrics() {
    return metrics;
  }

  /// All levels, by name.
  List<PriorityLevel> levels() {
    return current().levels.values().stream()
        .sorted(Comparator.comparing(PriorityLevel::name))
        .toList();
  }

  /// The configuration as the caches show it; the mandatory objects hold even if they are missing.
  private Current current() {
    var known = current;
    long schemaChanges = schemas.changes();
    long levelChanges = levels.changes();
    if (known != null
        && known.schemaChanges == schemaChanges
        && known.levelChanges == levelChanges) {
      return known;
    }
    lock.lock();
    try {
      var before = current;
      var fresh = read(schemaChanges, levelChanges, before == null ? Map.of() : before.levels);
      current = fresh;
      return fresh;
    } finally {
      lock.unlock();
    }
  }

  private Current read(long schemaChanges, long levelChanges, Map<String, PriorityLevel> before) {
    var specs = new HashMap<String, PriorityLevelConfigurationSpec>();
    var uids = new HashMap<String, String>();
    for (var level : SuggestedFlows.mandatoryLevels()) {
      specs.put(level.metadata().name(), level.spec());
    }
    for (var level : objects(levels)) {
      specs.put(level.metadata().name(), level.spec());
      uids.put(level.metadata().name(), level.metadata().uid());
    }
    var ordered = new HashMap<String, FlowSchema>();
    SuggestedFlows.mandatorySchemas().forEach(it -> ordered.put(it.metadata().name(), it));
    objects(schemas).forEach(it -> ordered.put(it.metadata().name(), it));
    return new Current(
        schemaChanges, levelChanges, inOrder(ordered), working(specs, before), Map.copyOf(uids));
  }

  private static List<FlowSchema> inOrder(Map<String, FlowSchema> schemas) {
    return schemas.values().stream()
        .sorted(
            Comparator.comparingInt((FlowSchema it) -> it.spec().matchingPrecedence())
                .thenComparing(it -> it.metadata().name()))
        .toList();
  }

  /// Levels that did not change go on with whoever is in them.
  private Map<String, PriorityLevel> working(
      Map<String, PriorityLevelConfigurationSpec> specs, Map<String, PriorityLevel> before) {
    int sum = specs.values().stream().mapToInt(FlowControl::shares).sum();
    var working = new HashMap<String, PriorityLevel>();
    specs.forEach(
        (name, spec) -> {
          var bounds = bounds(spec, sum);
          var old = before.get(name);
          boolean same = old != null && old.madeOf(spec, bounds);
          working.put(name, same ? old : new PriorityLevel(name, spec, bounds, clock, metrics));
        });
    return Map.copyOf(working);
  }

  private Bounds bounds(PriorityLevelConfigurationSpec spec, int sum) {
    var limited = spec.limited();
    if (limited == null) {
      return Bounds.of(seats, shares(spec), sum, 0, -1);
    }
    var lendable = limited.lendablePercent();
    var borrowing = limited.borrowingLimitPercent();
    return Bounds.of(
        seats,
        shares(spec),
        sum,
        lendable == null ? 0 : lendable,
        borrowing == null ? -1 : borrowing);
  }

  private static int shares(PriorityLevelConfigurationSpec spec) {
    var limited = spec.limited();
    if (limited != null) {
      var shares = limited.nominalConcurrencyShares();
      return shares == null ? NOMINAL_SHARES : shares;
    }
    var exempt = spec.exempt();
    var shares = exempt == null ? null : exempt.nominalConcurrencyShares();
    return shares == null ? 0 : shares;
  }

  private void adjustIfDue(Current now) {
    if (Duration.between(adjusted, clock.instant()).compareTo(ADJUSTMENT) < 0) {
      return;
    }
    if (lock.tryLock()) { // Somebody else is at it already.
      try {
        adjusted = clock.instant();
        adjust(now.levels);
      } finally {
        lock.unlock();
      }
    }
  }

  private void adjust(Map<String, PriorityLevel> working) {
    var wishes =
        working.values().stream()
            .filter(level -> !level.exempt())
            .map(PriorityLevel::wish)
            .sorted(Comparator.comparing(SeatAllocation.Wish::level))
            .toList();
    var shares = SeatAllocation.of(wishes, seats);
    metrics.fraction(shares.fraction());
    shares.seats().forEach((name, limit) -> requireNonNull(working.get(name)).limit(limit));
  }

  private static <T extends KubernetesObject> List<T> objects(ResourceCache<T> cache) {
    return cache.list(Selection.<T>all()).objects().stream().map(Stored::object).toList();
  }

  /// FNV-1a over schema and distinguisher, with a zero byte between: the same flow, the same
  /// queues.
  private static long hash(String schema, String distinguisher) {
    long hash = 0xcbf29ce484222325L;
    for (byte each : (schema + "\0" + distinguisher).getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (each & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}
