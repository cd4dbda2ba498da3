package io.kubejar.apiserver.flowcontrol;

import io.kubejar.api.flowcontrol.v1.FlowSchema;
import io.kubejar.api.flowcontrol.v1.FlowSchemaCondition;
import io.kubejar.api.flowcontrol.v1.PriorityLevelConfiguration;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.apiserver.cache.CacheWatch;
import io.kubejar.apiserver.cache.ResourceCache.Start;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.cache.WatchItem;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.verbs.StoredVerbs;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the mandatory and the suggested objects as they should be, and tells of each schema
/// whether its priority level exists. Looks at all of them whenever one has changed: there are few.
public final class FlowUpkeep implements Steppable {
  private static final Logger log = LoggerFactory.getLogger(FlowUpkeep.class);
  private static final String DANGLING = "Dangling";

  /// When something that failed is tried again.
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final StoredVerbs<FlowSchema> schemas;
  private final StoredVerbs<PriorityLevelConfiguration> levels;
  private final Call call;
  private final Clock clock;
  private volatile Runnable wakeUp = () -> {};
  private @Nullable CacheWatch<FlowSchema> schemaChanges;
  private @Nullable CacheWatch<PriorityLevelConfiguration> levelChanges;
  private volatile boolean due = true; // A timer sets it too.

  /// @param call whose writes these are
  public FlowUpkeep(
      StoredVerbs<FlowSchema> schemas,
      StoredVerbs<PriorityLevelConfiguration> levels,
      Call call,
      Clock clock) {
    this.schemas = schemas;
    this.levels = levels;
    this.call = call;
    this.clock = clock;
  }

  @Override
  public void onWork(Runnable listener) {
    wakeUp = listener;
  }

  @Override
  public boolean step() throws InterruptedException {
    schemaChanges = drained(schemas, schemaChanges);
    levelChanges = drained(levels, levelChanges);
    if (!due) {
      return false;
    }
    due = false;
    try {
      upkeep();
    } catch (ApiException refused) {
      log.warn("Flow control comes again. because={}", refused.getMessage());
      clock.schedule(
          RETRY,
          () -> {
            due = true;
            wakeUp.run();
          });
    }
    return true;
  }

  /// Takes what the watch has to say; a watch that has ended begins anew.
  private <T extends KubernetesObject> CacheWatch<T> drained(
      StoredVerbs<T> resource, @Nullable CacheWatch<T> known) {
    var watch = known;
    if (watch == null) {
      watch = resource.registry().cache().watch(Selection.all(), Start.WITH_STATE);
      watch.onAvailable(wakeUp);
    }
    for (var item = watch.poll(); item != null; item = watch.poll()) {
      due = true;
      if (item instanceof WatchItem.Closed<T>) {
        return drained(resource, null);
      }
    }
    return watch;
  }

  private void upkeep() throws InterruptedException {
    keep(
        levels,
        SuggestedFlows.levels(),
        PriorityLevelConfiguration::spec,
        (found, wanted) -> found.withSpec(wanted.spec()));
    keep(
        schemas,
        SuggestedFlows.schemas(),
        FlowSchema::spec,
        (found, wanted) -> found.withSpec(wanted.spec()));
    for (var stored : schemas.registry().cache().list(Selection.<FlowSchema>all()).objects()) {
      tellOfLevel(stored.object());
    }
  }

  private <T extends KubernetesObject> void keep(
      StoredVerbs<T> resource,
      List<T> suggestions,
      Function<T, Object> spec,
      BiFunction<T, T, T> adopt)
      throws InterruptedException {
    for (var wanted : suggestions) {
      var key = ObjectKey.of(wanted);
      var found = resource.registry().cache().get(key).map(Stored::object);
      if (found.isEmpty()) {
        createUnlessThere(resource, wanted);
      } else if (follows(found.get())
          && !spec.apply(found.get()).equals(spec.apply(resource.defaulted(wanted)))) {
        resource.modify(call, key, "", current -> adopt.apply(current, wanted));
      }
    }
  }

  private <T extends KubernetesObject> void createUnlessThere(StoredVerbs<T> resource, T wanted)
      throws InterruptedException {
    try {
      resource.create(call, "", wanted);
    } catch (ApiException refused) {
      if (!refused.isAlreadyExists()) {
        throw refused;
      }
    }
  }

  private static boolean follows(KubernetesObject object) {
    var metadata = object.metadata();
    var annotation = metadata.annotations().getOrDefault(SuggestedFlows.annotation(), "");
    return SuggestedFlows.followsSuggestion(metadata.name(), annotation, metadata.generation());
  }

  private void tellOfLevel(FlowSchema schema) throws InterruptedException {
    var level = schema.spec().priorityLevelConfiguration().name();
    boolean exists = levels.registry().cache().get(ObjectKey.clusterScoped(level)).isPresent();
    var condition = condition(level, exists);
    if (schema.status().conditions().stream().noneMatch(it -> saysTheSame(it, condition))) {
      schemas.modify(
          call,
          ObjectKey.of(schema),
          "status",
          current ->
              current.withStatus(current.status().withConditions(joined(current, condition))));
    }
  }

  /// What others say of the schema stays.
  private static List<FlowSchemaCondition> joined(FlowSchema schema, FlowSchemaCondition own) {
    var others = schema.status().conditions().stream().filter(it -> !it.type().equals(DANGLING));
    return Stream.concat(others, Stream.of(own)).toList();
  }

  private FlowSchemaCondition condition(String level, boolean exists) {
    var name = "\"" + level + "\"";
    return new FlowSchemaCondition(
        DANGLING,
        exists ? "False" : "True",
        clock.instant(),
        exists ? "Found" : "NotFound",
        "This FlowSchema references the PriorityLevelConfiguration object named "
            + name
            + (exists ? " and it exists" : " but there is no such object"));
  }

  private static boolean saysTheSame(FlowSchemaCondition one, FlowSchemaCondition other) {
    return one.type().equals(other.type())
        && one.status().equals(other.status())
        && one.reason().equals(other.reason())
        && one.message().equals(other.message());
  }
}
