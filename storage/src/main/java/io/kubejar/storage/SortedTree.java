package io.kubejar.storage;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An ordered map that never changes: every write gives a new map, which shares all but a path of
/// its nodes with the old one. Keeping an old map is what makes old revisions, snapshots and forks
/// cheap.
///
/// A weight-balanced tree: each node knows the size of its subtree, so keys can be counted without
/// visiting them. The parameters (3, 2) are those proven correct by Hirai and Yamamoto, "Balancing
/// weight-balanced trees", 2011.
public final class SortedTree<K extends Comparable<? super K>, V> {
  private static final int DELTA = 3;
  private static final int GAMMA = 2;

  private final @Nullable Node<K, V> root;

  private SortedTree(@Nullable Node<K, V> root) {
    this.root = root;
  }

  private record Node<K, V>(
      K key, V value, int size, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {}

  public static <K extends Comparable<? super K>, V> SortedTree<K, V> empty() {
    return new SortedTree<>(null);
  }

  /// A perfectly balanced tree of values that are sorted by their keys already.
  public static <K extends Comparable<? super K>, V> SortedTree<K, V> ofSorted(
      List<V> values, Function<V, K> keyOf) {
    return new SortedTree<>(build(values, keyOf, 0, values.size()));
  }

  public int size() {
    return size(root);
  }

  public boolean isEmpty() {
    return root == null;
  }

  public @Nullable V get(K key) {
    var node = root;
    while (node != null) {
      int order = key.compareTo(node.key);
      if (order == 0) {
        return node.value;
      }
      node = order < 0 ? node.left : node.right;
    }
    return null;
  }

  @Nullable V first() {
    var node = root;
    while (node != null && node.left != null) {
      node = node.left;
    }
    return node == null ? null : node.value;
  }

  public SortedTree<K, V> put(K key, V value) {
    return new SortedTree<>(put(root, key, value));
  }

  public SortedTree<K, V> remove(K key) {
    return get(key) == null ? this : new SortedTree<>(remove(root, key));
  }

  /// The part of the map with this key and all behind it.
  SortedTree<K, V> tail(K from) {
    return new SortedTree<>(tail(root, from));
  }

  /// How many keys are before this one.
  public int rank(K key) {
    int rank = 0;
    var node = root;
    while (node != null) {
      if (key.compareTo(node.key) <= 0) {
        node = node.left;
      } else {
        rank += size(node.left) + 1;
        node = node.right;
      }
    }
    return rank;
  }

  /// The values from a key on, in order.
  public Iterator<V> from(K start) {
    return new Cursor<>(root, start);
  }

  /// All values, in order.
  public Iterator<V> iterator() {
    return new Cursor<>(root, null);
  }

  private static <K, V> @Nullable Node<K, V> build(
      List<V> values, Function<V, K> keyOf, int from, int to) {
    if (from == to) {
      return null;
    }
    int middle = (from + to) >>> 1;
    var value = values.get(middle);
    return node(
        keyOf.apply(value),
        value,
        build(values, keyOf, from, middle),
        build(values, keyOf, middle + 1, to));
  }

  private static int size(@Nullable Node<?, ?> node) {
    return node == null ? 0 : node.size;
  }

  private static <K, V> Node<K, V> node(
      K key, V value, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
    return new Node<>(key, value, size(left) + size(right) + 1, left, right);
  }

  private static <K extends Comparable<? super K>, V> Node<K, V> put(
      @Nullable Node<K, V> node, K key, V value) {
    if (node == null) {
      return node(key, value, null, null);
    }
    int order = key.compareTo(node.key);
    if (order == 0) {
      return new Node<>(key, value, node.size, node.left, node.right);
    }
    return order < 0
        ? balanced(node.key, node.value, put(node.left, key, value), node.right)
        : balanced(node.key, node.value, node.left, put(node.right, key, value));
  }

  private static <K extends Comparable<? super K>, V> @Nullable Node<K, V> remove(
      @Nullable Node<K, V> node, K key) {
    if (node == null) {
      return null;
    }
    int order = key.compareTo(node.key);
    if (order == 0) {
      return glue(node.left, node.right);
    }
    return order < 0
        ? balanced(node.key, node.value, remove(node.left, key), node.right)
        : balanced(node.key, node.value, node.left, remove(node.right, key));
  }

  /// Joins two subtrees of balanced sizes without a key between them.
  private static <K extends Comparable<? super K>, V> @Nullable Node<K, V> glue(
      @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
    if (left == null) {
      return right;
    }
    if (right == null) {
      return left;
    }
    var middle = right;
    while (middle.left != null) {
      middle = middle.left;
    }
    return balanced(middle.key, middle.value, left, remove(right, middle.key));
  }

  private static <K extends Comparable<? super K>, V> @Nullable Node<K, V> tail(
      @Nullable Node<K, V> node, K from) {
    if (node == null) {
      return null;
    }
    int order = from.compareTo(node.key);
    if (order > 0) {
      return tail(node.right, from);
    }
    return join(node.key, node.value, order == 0 ? null : tail(node.left, from), node.right);
  }

  /// Joins two subtrees of any sizes.
  private static <K extends Comparable<? super K>, V> Node<K, V> join(
      K key, V value, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
    if (right != null && weight(left) * DELTA < weight(right)) {
      return balanced(right.key, right.value, join(key, value, left, right.left), right.right);
    }
    if (left != null && weight(right) * DELTA < weight(left)) {
      return balanced(left.key, left.value, left.left, join(key, value, left.right, right));
    }
    return node(key, value, left, right);
  }

  private static long weight(@Nullable Node<?, ?> node) {
    return size(node) + 1L;
  }

  private static <K, V> Node<K, V> balanced(
      K key, V value, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
    if (right != null && weight(left) * DELTA < weight(right)) {
      var inner = right.left;
      if (inner == null || weight(inner) < GAMMA * weight(right.right)) {
        return node(right.key, right.value, node(key, value, left, inner), right.right);
      }
      return node(
          inner.key,
          inner.value,
          node(key, value, left, inner.left),
          node(right.key, right.value, inner.right, right.right));
    }
    if (left != null && weight(right) * DELTA < weight(left)) {
      var inner = left.right;
      if (inner == null || weight(inner) < GAMMA * weight(left.left)) {
        return node(left.key, left.value, left.left, node(key, value, inner, right));
      }
      return node(
          inner.key,
          inner.value,
          node(left.key, left.value, left.left, inner.left),
          node(key, value, inner.right, right));
    }
    return node(key, value, left, right);
  }

  /// Whether all subtrees are in order and in balance; for tests.
  boolean isSound() {
    return isSound(root);
  }

  private static <K extends Comparable<? super K>, V> boolean isSound(@Nullable Node<K, V> node) {
    if (node == null) {
      return true;
    }
    var left = node.left;
    var right = node.right;
    return node.size == size(left) + size(right) + 1
        && (left == null || left.key.compareTo(node.key) < 0)
        && (right == null || right.key.compareTo(node.key) > 0)
        && weight(left) <= DELTA * weight(right)
        && weight(right) <= DELTA * weight(left)
        && isSound(left)
        && isSound(right);
  }

  private static final class Cursor<K extends Comparable<? super K>, V> implements Iterator<V> {
    private final ArrayDeque<Node<K, V>> path = new ArrayDeque<>();

    Cursor(@Nullable Node<K, V> root, @Nullable K start) {
      var node = root;
      while (node != null) {
        if (start == null || start.compareTo(node.key) <= 0) {
          path.push(node);
          node = node.left;
        } else {
          node = node.right;
        }
      }
    }

    @Override
    public boolean hasNext() {
      return !path.isEmpty();
    }

    @Override
    public V next() {
      var node = path.poll();
      if (node == null) {
        throw new NoSuchElementException();
      }
      for (var next = node.right; next != null; next = next.left) {
        path.push(next);
      }
      return node.value;
    }
  }
}
