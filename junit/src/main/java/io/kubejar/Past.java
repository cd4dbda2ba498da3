package io.kubejar;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.verbs.ResourceVerbs;
import io.kubejar.apiserver.verbs.Resources;
import io.kubejar.storage.Entry;
import io.kubejar.storage.Event;
import io.kubejar.storage.MemoryStore;
import io.kubejar.storage.RangeRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// Reads what the store remembers.
record Past(MemoryStore store, Resources resources) {
  private static final String ROOT = "/registry/";

  /// All states of an object that are remembered, oldest first.
  List<ObjectRevision> history(String kind, String namespace, String name) {
    var registry = find(kind);
    var key = registry.storageKey(key(registry, namespace, name));
    var states = new ArrayList<ObjectRevision>();
    for (var event : store.changesAfter(store.compactedRevision())) {
      if (event.key().equals(key)) {
        if (states.isEmpty()) {
          // What was there before the memory begins.
          event.previous().ifPresent(entry -> states.add(written(registry, entry)));
        }
        states.add(state(registry, event));
      }
    }
    if (states.isEmpty()) {
      store.get(key).entry().ifPresent(entry -> states.add(written(registry, entry)));
    }
    return states;
  }

  /// All objects that differ.
  List<ObjectDifference> diff(long from, long to) {
    var before = entries(from);
    var after = entries(to);
    var keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    var registries = byPrefix();
    var differences = new ArrayList<ObjectDifference>();
    for (var key : keys) {
      var old = Optional.ofNullable(before.get(key));
      var now = Optional.ofNullable(after.get(key));
      if (!old.map(Entry::modRevision).equals(now.map(Entry::modRevision))) {
        owner(registries, key).flatMap(it -> difference(it, old, now)).ifPresent(differences::add);
      }
    }
    return differences;
  }

  FieldOwners fieldOwners(String kind, String namespace, String name) {
    var registry = find(kind);
    var key = key(registry, namespace, name);
    var entry =
        store.get(registry.storageKey(key)).entry().orElseThrow(() -> registry.notFound(key));
    return FieldOwners.of(tree(registry, entry));
  }

  private static Optional<ObjectDifference> difference(
      Registry<?> registry, Optional<Entry> before, Optional<Entry> after) {
    var old = before.map(entry -> tree(registry, entry));
    var now = after.map(entry -> tree(registry, entry));
    var change =
        old.isEmpty() ? ChangeKind.ADDED : now.isEmpty() ? ChangeKind.DELETED : ChangeKind.MODIFIED;
    var fields =
        change == ChangeKind.MODIFIED
            ? Differences.between(old.orElseThrow(), now.orElseThrow())
            : List.<ObjectDifference.FieldDifference>of();
    if (change == ChangeKind.MODIFIED && fields.isEmpty()) {
      return Optional.empty();
    }
    var object = now.or(() -> old).orElseThrow();
    var metadata = object.object("metadata");
    return Optional.of(
        new ObjectDifference(
            change,
            object.text("kind"),
            metadata.text("namespace"),
            metadata.text("name"),
            fields));
  }

  private Map<String, Entry> entries(long revision) {
    var entries = new TreeMap<String, Entry>();
    for (var entry : store.range(RangeRequest.prefix(ROOT).withAtRevision(revision)).entries()) {
      entries.put(entry.key(), entry);
    }
    return entries;
  }

  private TreeMap<String, Registry<?>> byPrefix() {
    var all = new TreeMap<String, Registry<?>>();
    for (var resource : resources.all()) {
      resource.storage().ifPresent(it -> all.putIfAbsent(it.storagePrefix(), it));
    }
    return all;
  }

  /// What is stored and not served, such as a server's own counters, has no owner.
  private static Optional<Registry<?>> owner(TreeMap<String, Registry<?>> registries, String key) {
    var nearest = registries.floorEntry(key);
    return Optional.ofNullable(nearest)
        .filter(entry -> key.startsWith(entry.getKey()))
        .map(Map.Entry::getValue);
  }

  private static ObjectKey key(Registry<?> registry, String namespace, String name) {
    return registry.type().namespaced()
        ? new ObjectKey(namespace, name)
        : ObjectKey.clusterScoped(name);
  }

  private static ObjectRevision state(Registry<?> registry, Event event) {
    return switch (event) {
      case Event.Put put -> written(registry, put.entry());
      case Event.Deleted(_, var revision, var last) ->
          new ObjectRevision(
              revision,
              ChangeKind.DELETED,
              Unstructured.of(last.map(it -> tree(registry, it)).orElse(JsonObject.EMPTY)));
    };
  }

  private static ObjectRevision written(Registry<?> registry, Entry entry) {
    return new ObjectRevision(
        entry.modRevision(),
        entry.version() == 1 ? ChangeKind.ADDED : ChangeKind.MODIFIED,
        Unstructured.of(tree(registry, entry)));
  }

  private static <T extends KubernetesObject> JsonObject tree(Registry<T> registry, Entry entry) {
    var tree = registry.type().codec().toTree(registry.decode(entry));
    return typed(tree, registry.storedAs().apiVersion(), registry.storedAs().kind());
  }

  /// An object that says what it is.
  static JsonObject typed(JsonValue tree, String apiVersion, String kind) {
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("apiVersion", new JsonString(apiVersion));
    fields.put("kind", new JsonString(kind));
    if (tree instanceof JsonObject object) {
      fields.putAll(object.fields());
    }
    return new JsonObject(fields);
  }

  /// The first that is called so: a kind, a plural, or a plural with its group.
  Registry<?> find(String name) {
    return resources.all().stream()
        .filter(resource -> isCalled(resource.type(), name))
        .map(ResourceVerbs::storage)
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no such kind is served and stored: " + name));
  }

  private static boolean isCalled(ResourceType<?> type, String name) {
    return type.gvk().kind().equalsIgnoreCase(name)
        || type.plural().equals(name)
        || type.groupResource().toString().equals(name);
  }
}
