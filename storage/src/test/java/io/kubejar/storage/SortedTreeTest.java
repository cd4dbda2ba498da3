package io.kubejar.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SortedTreeTest {

  @Test
  void behavesAsATreeMapAndStaysBalanced() {
    for (int seed = 0; seed < 50; seed++) {
      var random = new Random(seed);
      var expected = new TreeMap<Integer, Integer>();
      var tree = SortedTree.<Integer, Integer>empty();
      for (int i = 0; i < 400; i++) {
        int key = random.nextInt(150);
        switch (random.nextInt(20)) {
          case 0 -> {
            expected.headMap(key).clear();
            tree = tree.tail(key);
          }
          case 1, 2, 3, 4, 5, 6, 7 -> {
            expected.remove(key);
            tree = tree.remove(key);
          }
          default -> {
            expected.put(key, i);
            tree = tree.put(key, i);
          }
        }
        assertThat(tree.isSound()).isTrue();
        assertThat(tree.size()).isEqualTo(expected.size());
        assertThat(tree.get(key)).isEqualTo(expected.get(key));
        assertThat(tree.rank(key)).isEqualTo(expected.headMap(key).size());
        assertThat(list(tree.from(key))).isEqualTo(List.copyOf(expected.tailMap(key).values()));
      }
      assertThat(list(tree.iterator())).isEqualTo(List.copyOf(expected.values()));
    }
  }

  @Test
  void anOldTreeNeverChanges() {
    var old = SortedTree.<Integer, Integer>empty().put(1, 1).put(2, 2);

    var _ = old.put(3, 3).remove(1);

    assertThat(list(old.iterator())).containsExactly(1, 2);
  }

  @Test
  void sortedValuesMakeABalancedTree() {
    for (int size : List.of(0, 1, 2, 3, 10, 1000)) {
      var values = IntStream.range(0, size).boxed().toList();
      var tree = SortedTree.ofSorted(values, v -> v);

      assertThat(tree.isSound()).isTrue();
      assertThat(list(tree.iterator())).isEqualTo(values);
    }
  }

  private static <V> List<V> list(Iterator<V> iterator) {
    var list = new ArrayList<V>();
    iterator.forEachRemaining(list::add);
    return list;
  }
}
