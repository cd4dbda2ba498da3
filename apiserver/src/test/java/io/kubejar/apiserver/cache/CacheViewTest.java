package io.kubejar.apiserver.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheViewTest {
  private final List<Stored<ConfigMap>> all = new ArrayList<>();
  private final CacheView<ConfigMap> view;

  CacheViewTest() {
    for (var namespace : List.of("a", "a-b", "b")) {
      for (int i = 0; i < 7; i++) {
        all.add(stored(namespace, "m" + i, i % 2 == 0 ? "even" : "odd"));
      }
    }
    all.sort(java.util.Comparator.comparing(Stored::path));
    view = CacheView.of(all, 9, new CacheView.Facts<>(false, null));
  }

  private static Stored<ConfigMap> stored(String namespace, String name, String label) {
    var metadata =
        ObjectMeta.EMPTY
            .withNamespace(namespace)
            .withName(name)
            .withLabels(Map.of("parity", label));
    return new Stored<>(namespace + "/" + name, ConfigMap.EMPTY.withMetadata(metadata), 1, 1);
  }

  private static Selection<ConfigMap> of(String namespace, String label) {
    return label.isEmpty()
        ? new Selection<>(namespace, "", _ -> true, false)
        : new Selection<>(
            namespace, "", map -> label.equals(map.metadata().labels().get("parity")), true);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 8, 100})
  void pagesTogetherAreTheWhole(int limit) {
    for (var namespace : List.of("", "a", "a-b", "b", "none")) {
      for (var label : List.of("", "even", "none")) {
        var selection = of(namespace, label);
        var wanted = all.stream().filter(it -> selection.includes(it.object())).toList();
        assertThat(paged(selection, limit)).isEqualTo(wanted);
        assertThat(view.page(selection, "", 0).objects()).isEqualTo(wanted);
      }
    }
  }

  private List<Stored<ConfigMap>> paged(Selection<ConfigMap> selection, int limit) {
    var collected = new ArrayList<Stored<ConfigMap>>();
    var page = view.page(selection, "", limit);
    collected.addAll(page.objects());
    while (page.more()) {
      assertThat(page.objects()).hasSize(limit);
      page = view.page(selection, page.objects().getLast().path() + "\0", limit);
      collected.addAll(page.objects());
    }
    return collected;
  }

  @Test
  void countsWhatFollows() {
    assertThat(view.page(of("a", ""), "", 2).remaining()).isEqualTo(5);
    assertThat(view.page(of("", ""), "", 2).remaining()).isEqualTo(19);
    assertThat(view.page(of("a", ""), "a/m3\0", 2).remaining()).isEqualTo(1);
    assertThat(view.page(of("a", ""), "", 7).remaining()).isZero();
  }

  @Test
  void looksAtNoMoreThanAPageNeeds() {
    assertThat(view.page(of("", ""), "", 2).looked()).isEqualTo(2);
    assertThat(view.page(of("a", "odd"), "", 1).looked()).isEqualTo(4);
    assertThat(view.page(named("a", "m3"), "", 0).looked()).isEqualTo(1);
  }

  @Test
  void findsAllObjectsOfAName() {
    assertThat(Stream.of("a", "a-b", "b").map(it -> paths(named(it, "m3"))))
        .containsExactly(List.of("a/m3"), List.of("a-b/m3"), List.of("b/m3"));
    assertThat(paths(named("", "m3"))).containsExactly("a-b/m3", "a/m3", "b/m3");
    assertThat(paths(named("a", "none"))).isEmpty();
    assertThat(view.page(named("a", "m3"), "a/m4", 0).objects()).isEmpty();
  }

  private List<String> paths(Selection<ConfigMap> selection) {
    return view.page(selection, "", 0).objects().stream().map(Stored::path).toList();
  }

  /// An index gives what looking at everything would give, in whatever order things came and went.
  @Test
  void findsThroughAnIndexWhatItWouldFindWithout() {
    var index =
        new FieldIndex<ConfigMap>(
            "parity", map -> map.metadata().labels().getOrDefault("parity", ""));
    var indexed = CacheView.of(all.subList(0, 10), 9, new CacheView.Facts<>(false, index));
    var plain = CacheView.of(all.subList(0, 10), 9, new CacheView.Facts<ConfigMap>(false, null));
    for (var each : all) {
      indexed = indexed.with(each);
      plain = plain.with(each);
    }
    for (var each : List.of(stored("a", "m1", "even"), stored("b", "m2", "odd"))) {
      indexed = indexed.with(each);
      plain = plain.with(each);
    }
    indexed = indexed.without("a/m2", 12).without("none", 13);
    plain = plain.without("a/m2", 12).without("none", 13);

    for (var namespace : List.of("", "a", "a-b", "b")) {
      for (var label : List.of("even", "odd", "none", "eve")) {
        for (var from : List.of("", "a-b/m3", "a/m3")) {
          var without = of(namespace, label);
          var with = new Selection<>(namespace, "", without.matches(), true, label);
          var found = indexed.page(with, from, 0);
          assertThat(found.objects()).isEqualTo(plain.page(without, from, 0).objects());
          assertThat(found.looked()).isEqualTo(found.objects().size());
          assertThat(found.index()).isEqualTo("f:parity");
        }
      }
    }
  }

  private static Selection<ConfigMap> named(String namespace, String name) {
    return new Selection<>(namespace, name, _ -> true, true);
  }
}
