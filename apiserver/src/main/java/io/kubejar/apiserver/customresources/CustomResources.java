package io.kubejar.apiserver.customresources;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionCondition;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.apimachinery.validation.FieldPath;
import io.kubejar.apimachinery.validation.WebhookChecks;
import io.kubejar.apiserver.cache.CacheWatch;
import io.kubejar.apiserver.cache.ResourceCache.Start;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.cache.WatchItem;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.verbs.Resources;
import io.kubejar.apiserver.verbs.StoredVerbs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows all definitions. For each one that has changed: judge its names, serve its versions,
/// tell that they are served, and in the end remove its objects.
///
/// Every reconcile looks at the state anew and writes at most once; what it wrote brings it back.
public final class CustomResources implements Steppable {
  private static final Logger log = LoggerFactory.getLogger(CustomResources.class);

  /// When something that failed is tried again.
  private static final Duration RETRY = Duration.ofSeconds(1);

  /// After this time the status tells that objects linger.
  private static final Duration LINGER = Duration.ofMinutes(1);

  private final StoredVerbs<CustomResourceDefinition> definitions;
  private final ServedDefinitions served;
  private final Cleanup cleanup;
  private final Call call;
  private final Clock clock;
  private final Pending pending = new Pending();
  private final Map<String, Lingering> lingering = new HashMap<>();
  private @Nullable CacheWatch<CustomResourceDefinition> watch;

  /// A cleanup that waits for others to let their objects go.
  private record Lingering(CacheWatch<?> objects, Instant deadline) {}

  /// @param resources all other resources, among them the definitions
  /// @param call whose writes those to the definitions are
  public static CustomResources of(Resources resources, CustomVersions maker, Call call) {
    var served = new ServedDefinitions(resources, maker);
    var definitions = resources.stored(CustomResourceDefinition.RESOURCE);
    return new CustomResources(definitions, served, call, maker.environment().clock());
  }

  private CustomResources(
      StoredVerbs<CustomResourceDefinition> definitions,
      ServedDefinitions served,
      Call call,
      Clock clock) {
    this.definitions = definitions;
    this.served = served;
    this.call = call;
    this.clock = clock;
    cleanup = new Cleanup(served, call);
  }

  @Override
  public void onWork(Runnable wakeUp) {
    pending.onAdd(wakeUp);
  }

  @Override
  public boolean step() throws InterruptedException {
    collect(watching());
    var name = pending.next();
    if (name.isEmpty()) {
      return false;
    }
    try {
      reconcile(name.get());
    } catch (ApiException refused) {
      log.warn("Definition comes again. name={} because={}", name.get(), refused.getMessage());
      clock.schedule(RETRY, () -> pending.add(name.get()));
    }
    return true;
  }

  private CacheWatch<CustomResourceDefinition> watching() {
    var current = watch;
    if (current == null) {
      current = definitions.registry().cache().watch(Selection.all(), Start.WITH_STATE);
      watch = current;
      current.onAvailable(pending::wake);
    }
    return current;
  }

  private void collect(CacheWatch<CustomResourceDefinition> changes) {
    for (var item = changes.poll(); item != null; item = changes.poll()) {
      switch (item) {
        case WatchItem.Change<CustomResourceDefinition>(_, var object) ->
            pending.add(object.object().metadata().name());
        case WatchItem.Bookmark<CustomResourceDefinition> _ -> {}
        case WatchItem.Failed<CustomResourceDefinition> _ -> {}
        case WatchItem.Closed<CustomResourceDefinition> _ -> {
          watch = null; // The next step begins anew with the whole state.
          pending.wake();
          return;
        }
      }
    }
  }

  private void reconcile(String name) throws InterruptedException {
    var found = definitions.registry().find(ObjectKey.clusterScoped(name));
    if (found.isEmpty()) {
      served.withdraw(name);
      forgetLingering(name);
      reconsider(name.substring(name.indexOf('.') + 1), name);
      return;
    }
    var definition = found.get();
    if (settle(definition)) {
      return;
    }
    if (Definitions.isServed(definition)) {
      served.follow(definition);
    } else {
      served.withdraw(name);
    }
    if (Definitions.awaitsCleanup(definition)) {
      cleanUp(definition);
    } else if (Conditions.isTrue(definition, Conditions.NAMES_ACCEPTED)
        && !Conditions.isTrue(definition, Conditions.ESTABLISHED)) {
      establish(definition);
    }
  }

  /// Whether names and conditions had to be written.
  private boolean settle(CustomResourceDefinition definition) throws InterruptedException {
    var group = ofGroup(definition.spec().group());
    var now = clock.instant();
    UnaryOperator<CustomResourceDefinition> judge =
        current ->
            Approval.settled(Structure.settled(new Names(current, group).settled(now), now), now);
    if (judge.apply(definition).equals(definition)) {
      return false;
    }
    var names = definition.status().acceptedNames();
    var written = write(definition, judge);
    if (!written.status().acceptedNames().equals(names)) {
      reconsider(definition.spec().group(), definition.metadata().name());
    }
    return true;
  }

  /// The resource is served by now, so whoever reads this may use it.
  private void establish(CustomResourceDefinition definition) throws InterruptedException {
    var condition =
        hasUsableAuthorities(definition)
            ? Conditions.condition(
                Conditions.ESTABLISHED,
                true,
                "InitialNamesAccepted",
                "the initial names have been accepted")
            : Conditions.condition(
                Conditions.ESTABLISHED,
                false,
                "InvalidCABundle",
                "The conversion webhook CABundle is invalid");
    if (!tells(definition, condition)) {
      tell(definition, condition);
    }
  }

  private static boolean hasUsableAuthorities(CustomResourceDefinition definition) {
    var conversion = definition.spec().conversion();
    var webhook = conversion == null ? null : conversion.webhook();
    var client = webhook == null ? null : webhook.clientConfig();
    return client == null
        || WebhookChecks.caBundle(FieldPath.root(), client.caBundle().toArray()).isEmpty();
  }

  private void cleanUp(CustomResourceDefinition definition) throws InterruptedException {
    var name = definition.metadata().name();
    if (!lingering.containsKey(name) && !tells(definition, Cleanup.IN_PROGRESS)) {
      tell(definition, Cleanup.IN_PROGRESS);
      return;
    }
    switch (cleanup.advance(definition)) {
      case Cleanup.Progress.Finished(var condition) -> {
        forgetLingering(name);
        write(definition, current -> finished(current, condition));
      }
      case Cleanup.Progress.Waiting() -> await(definition);
      case Cleanup.Progress.Failed(var condition) -> {
        tell(definition, condition);
        clock.schedule(RETRY, () -> pending.add(name));
      }
    }
  }

  private CustomResourceDefinition finished(
      CustomResourceDefinition current, CustomResourceDefinitionCondition condition) {
    var finalizers = new ArrayList<>(current.metadata().finalizers());
    finalizers.remove(Definitions.CLEANUP_FINALIZER);
    var told = Conditions.with(current, condition, clock.instant());
    return told.withMetadata(told.metadata().withFinalizers(finalizers));
  }

  /// Comes again when one of the lingering objects changes, and when they take too long.
  private void await(CustomResourceDefinition definition) throws InterruptedException {
    var name = definition.metadata().name();
    var known = lingering.get(name);
    if (known == null) {
      var cache = served.stored(definition).orElseThrow().registry().cache();
      var objects = cache.watch(Selection.all(), Start.WITH_STATE);
      lingering.put(name, new Lingering(objects, clock.instant().plus(LINGER)));
      objects.onAvailable(() -> pending.add(name));
      clock.schedule(LINGER, () -> pending.add(name));
      return;
    }
    // What has changed does not matter: the cleanup has just looked at all of them.
    for (var item = known.objects.poll(); item != null; item = known.objects.poll()) {
      if (item instanceof WatchItem.Closed<?>) {
        lingering.remove(name); // The versions were made anew; begin with theirs.
        pending.add(name);
        return;
      }
    }
    if (!clock.instant().isBefore(known.deadline)) {
      tell(
          definition,
          Conditions.condition(
              Conditions.TERMINATING,
              true,
              "InstanceDeletionCheck",
              "could not confirm zero CustomResources remaining: context deadline exceeded"));
    }
  }

  private void forgetLingering(String name) {
    var known = lingering.remove(name);
    if (known != null) {
      known.objects.close();
    }
  }

  private static boolean tells(
      CustomResourceDefinition definition, CustomResourceDefinitionCondition condition) {
    return Conditions.find(definition, condition.type())
        .filter(old -> old.reason().equals(condition.reason()))
        .isPresent();
  }

  private void tell(
      CustomResourceDefinition definition, CustomResourceDefinitionCondition condition)
      throws InterruptedException {
    write(definition, current -> Conditions.with(current, condition, clock.instant()));
  }

  private CustomResourceDefinition write(
      CustomResourceDefinition definition, UnaryOperator<CustomResourceDefinition> change)
      throws InterruptedException {
    var key = ObjectKey.of(definition);
    return definitions.modify(call, key, "status", change::apply).object();
  }

  /// A name may have become free for the others of the group.
  private void reconsider(String group, String except) {
    for (var other : ofGroup(group)) {
      if (!Objects.equals(other.metadata().name(), except)) {
        pending.add(other.metadata().name());
      }
    }
  }

  private List<CustomResourceDefinition> ofGroup(String group) {
    var ofGroup =
        new Selection<CustomResourceDefinition>(
            "", "", each -> each.spec().group().equals(group), true);
    return definitions.registry().cache().list(ofGroup).objects().stream()
        .map(Stored::object)
        .toList();
  }
}
