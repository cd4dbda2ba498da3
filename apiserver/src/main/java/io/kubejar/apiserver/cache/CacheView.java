package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.storage.SortedTree;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The objects of a resource as they were at one revision.
///
/// It never changes, so readers need no lock, however long they take; two that are a change apart
/// share all but a few nodes.
public final class CacheView<T extends KubernetesObject> {
  private static final char END_OF_VALUE = '\0';

  /// Behind all values.
  private static final String UNREADABLE = "\uffff";

  private final SortedTree<String, Stored<T>> objects;
  private final SortedTree<String, Stored<T>> indexed;
  private final long revision;
  private final Facts<T> facts;

  /// What stays the same.
  ///
  /// @param slow whether looking at an object may take long
  /// @param index a field by which objects are found; null if there is none
  record Facts<T extends KubernetesObject>(boolean slow, @Nullable FieldIndex<T> index) {}

  private CacheView(
      SortedTree<String, Stored<T>> objects,
      SortedTree<String, Stored<T>> indexed,
      long revision,
      Facts<T> facts) {
    this.objects = objects;
    this.indexed = indexed;
    this.revision = revision;
    this.facts = facts;
  }

  /// @param all in the order of their paths
  static <T extends KubernetesObject> CacheView<T> of(
      List<Stored<T>> all, long revision, Facts<T> facts) {
    var index = facts.index;
    var objects = SortedTree.ofSorted(all, Stored::path);
    if (index == null) {
      return new CacheView<>(objects, SortedTree.empty(), revision, facts);
    }
    var sorted = all.stream().sorted(Comparator.comparing(each -> key(index, each))).toList();
    return new CacheView<>(
        objects, SortedTree.ofSorted(sorted, each -> key(index, each)), revision, facts);
  }

  private static <T extends KubernetesObject> String key(FieldIndex<T> index, Stored<T> object) {
    try {
      return index.value().apply(object.object()) + END_OF_VALUE + object.path();
    } catch (ApiException _) {
      return UNREADABLE + object.path(); // Whoever lists has to be told.
    }
  }

  /// The same objects, as of another revision.
  CacheView<T> at(long other) {
    return new CacheView<>(objects, indexed, other, facts);
  }

  CacheView<T> with(Stored<T> object) {
    var index = facts.index;
    var more = unindexed(objects.get(object.path()));
    return new CacheView<>(
        objects.put(object.path(), object),
        index == null ? more : more.put(key(index, object), object),
        object.revision(),
        facts);
  }

  CacheView<T> without(String path, long later) {
    return new CacheView<>(objects.remove(path), unindexed(objects.get(path)), later, facts);
  }

  private SortedTree<String, Stored<T>> unindexed(@Nullable Stored<T> object) {
    var index = facts.index;
    return index == null || object == null ? indexed : indexed.remove(key(index, object));
  }

  public long revision() {
    return revision;
  }

  int size() {
    return objects.size();
  }

  @Nullable Stored<T> get(String path) {
    return objects.get(path);
  }

  /// The objects of a selection from a path on.
  ///
  /// @param limit at most how many; 0 for all of them
  public CachePage<T> page(Selection<T> selection, String fromPath, long limit) {
    boolean all = !selection.selective() && selection.name().isEmpty();
    var chosen = new ArrayList<Stored<T>>();
    var candidates = candidates(selection, fromPath, all ? limit : 0);
    int looked = 0;
    while (candidates.hasNext()) {
      boolean full = limit > 0 && chosen.size() == limit;
      if (full && all) {
        return pageOf(chosen, true, looked, selection);
      }
      var candidate = candidates.next();
      looked++;
      if (all || selection.includes(candidate.object())) {
        if (full) {
          return pageOf(chosen, true, looked, selection);
        }
        chosen.add(candidate);
      }
    }
    return pageOf(chosen, false, looked, selection);
  }

  private CachePage<T> pageOf(
      List<Stored<T>> chosen, boolean more, int looked, Selection<T> selection) {
    int behind =
        more
            ? objects.rank(end(selection.prefix())) - objects.rank(chosen.getLast().path()) - 1
            : 0;
    return new CachePage<>(
        Collections.unmodifiableList(chosen), more, behind, looked, indexOf(selection));
  }

  /// What the selection can have, in order. If looking at objects takes long, that is done at once
  /// for as many as are wanted.
  private Iterator<Stored<T>> candidates(Selection<T> selection, String fromPath, long wanted) {
    var range = range(selection, fromPath);
    if (!facts.slow) {
      return range;
    }
    var first = new ArrayList<Stored<T>>();
    while (range.hasNext() && (wanted == 0 || first.size() <= wanted)) {
      first.add(range.next());
    }
    boolean more = wanted > 0 && first.size() > wanted;
    Stored.lookAt(more ? first.subList(0, (int) wanted) : first);
    return first.iterator();
  }

  private Iterator<Stored<T>> range(Selection<T> selection, String fromPath) {
    var only = only(selection);
    if (only.isPresent()) {
      return only.stream().filter(it -> it.path().compareTo(fromPath) >= 0).iterator();
    }
    var prefix = selection.prefix();
    var from = fromPath.compareTo(prefix) > 0 ? fromPath : prefix;
    if (indexOf(selection).isEmpty()) {
      return new Range<>(objects.from(from), it -> it.path().startsWith(prefix));
    }
    var value = selection.indexed();
    var index = Objects.requireNonNull(facts.index).value();
    return new Range<>(
        indexed.from(value + END_OF_VALUE + from),
        it -> index.apply(it.object()).equals(value) && it.path().startsWith(prefix));
  }

  /// The name of the index that finds the selection; empty if none does, or there is something that
  /// nobody can read: looking at everything then fails as it must.
  private String indexOf(Selection<T> selection) {
    var index = facts.index;
    if (index == null || selection.indexed() == null) {
      return "";
    }
    return indexed.from(UNREADABLE).hasNext() ? "" : index.name();
  }

  /// The one object that can be meant by a name, if its whole path is known.
  private Optional<Stored<T>> only(Selection<T> selection) {
    return selection.name().isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(objects.get(selection.prefix() + selection.name()));
  }

  /// Behind all paths with this prefix.
  private static String end(String prefix) {
    return prefix.isEmpty()
        ? String.valueOf(Character.MAX_VALUE)
        : prefix.substring(0, prefix.length() - 1) + (char) ('/' + 1);
  }

  /// All objects, in order.
  List<Stored<T>> all() {
    return page(Selection.all(), "", 0).objects();
  }

  /// What is in a range, as long as it is.
  private static final class Range<T extends KubernetesObject> implements Iterator<Stored<T>> {
    private final Iterator<Stored<T>> rest;
    private final Predicate<Stored<T>> within;
    private @Nullable Stored<T> next;

    Range(Iterator<Stored<T>> rest, Predicate<Stored<T>> within) {
      this.rest = rest;
      this.within = within;
      next = following();
    }

    private @Nullable Stored<T> following() {
      var candidate = rest.hasNext() ? rest.next() : null;
      return candidate != null && within.test(candidate) ? candidate : null;
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Stored<T> next() {
      var current = next;
      if (current == null) {
        throw new NoSuchElementException();
      }
      next = following();
      return current;
    }
  }
}
