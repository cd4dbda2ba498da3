package io.kubejar.client;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The objects of one kind, kept in memory by a list and a watch, and shared by everybody in the
/// process.
///
/// What it shows is the past, but a consistent past that never moves backwards. Reads are safe from
/// any thread and never block. Handlers run on the informer's own thread, one change at a time:
/// they must be quick (usually they put a key into a queue) and must not block.
public interface Informer<T extends KubernetesObject> {
  /// The index by namespace that every informer has.
  String BY_NAMESPACE = "namespace";

  /// The index by the UID of every owner that every informer has.
  String BY_OWNER = "owner";

  /// The index by namespace of the objects without a controller that every informer has.
  String UNCONTROLLED = "uncontrolled";

  /// Whether the first list has arrived.
  boolean synced();

  /// Remembers whom to tell when the first list has arrived; tells at once if it has.
  void onSynced(Runnable action);

  List<T> list();

  Optional<T> find(ObjectKey key);

  /// The objects for which the index's function gave this value.
  List<T> byIndex(String index, String value);

  /// Adds an index, also over what is there already. The same name twice is the same index.
  void addIndex(String index, Function<T, Collection<String>> values);

  /// Adds a handler; it is told of everything that is there already as added.
  void addHandler(InformerHandler<T> handler);

  default List<T> inNamespace(String namespace) {
    return byIndex(BY_NAMESPACE, namespace);
  }

  /// The objects that the owner may claim: those that name it as an owner, and those of its
  /// namespace that nobody controls.
  default List<T> claimableBy(KubernetesObject owner) {
    var uid = owner.metadata().uid();
    var claimable = new ArrayList<>(ownedBy(owner));
    for (var orphan : byIndex(UNCONTROLLED, owner.metadata().namespace())) {
      if (orphan.metadata().ownerReferences().stream().noneMatch(it -> it.uid().equals(uid))) {
        claimable.add(orphan);
      }
    }
    return claimable;
  }

  default List<T> ownedBy(KubernetesObject owner) {
    return byIndex(BY_OWNER, owner.metadata().uid());
  }
}
