package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.storage.SortedTree;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The objects of a resource as they were at one revision.
///
/// It never changes, so readers need no lock, however long they take; two that are a change apart
/// share all but a few nodes.
public final class CacheView<T extends KubernetesObject> {
  private final SortedTree<String, Stored<T>> objects;
  private final long revision;
  private final boolean slow;

  /// @param objects by their paths
  /// @param slow whether looking at an object may take long
  CacheView(SortedTree<String, Stored<T>> objects, long revision, boolean slow) {
    this.objects = objects;
    this.revision = revision;
    this.slow = slow;
  }

  /// The same objects, as of another revision.
  CacheView<T> at(long other) {
    return new CacheView<>(objects, other, slow);
  }

  CacheView<T> with(Stored<T> object) {
    return new CacheView<>(objects.put(object.path(), object), object.revision(), slow);
  }

  CacheView<T> without(String path, long later) {
    return new CacheView<>(objects.remove(path), later, slow);
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
    return new CachePage<>(Collections.unmodifiableList(chosen), more, behind, looked);
  }

  /// What the selection can have, in order. If looking at objects takes long, that is done at once
  /// for as many as are wanted.
  private Iterator<Stored<T>> candidates(Selection<T> selection, String fromPath, long wanted) {
    var only = only(selection);
    var range =
        only.isPresent()
            ? only.stream().filter(it -> it.path().compareTo(fromPath) >= 0).iterator()
            : new Range(selection.prefix(), fromPath);
    if (!slow) {
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

  /// The objects whose paths have a prefix, from a path on.
  private final class Range implements Iterator<Stored<T>> {
    private final Iterator<Stored<T>> rest;
    private final String end;
    private @Nullable Stored<T> next;

    Range(String prefix, String fromPath) {
      rest = objects.from(fromPath.compareTo(prefix) > 0 ? fromPath : prefix);
      end = end(prefix);
      next = following();
    }

    private @Nullable Stored<T> following() {
      var candidate = rest.hasNext() ? rest.next() : null;
      return candidate == null || candidate.path().compareTo(end) >= 0 ? null : candidate;
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Stored<T> next() {
      var current = next;
      if (current == null) {
        throw new java.util.NoSuchElementException();
      }
      next = following();
      return current;
    }
  }
}
