package io.kubejar.apimachinery.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.apply.PathElement.FieldName;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class FieldSetTest {
  private static final String WIRE =
      """
      {"f:metadata":{"f:labels":{".":{},"f:app":{}}},\
      "f:spec":{"f:containers":{"k:{\\"name\\":\\"web\\"}":{".":{},"f:image":{}}},"f:flags":{"v:1":{},"v:\\"x\\"":{}},"f:rows":{"i:2":{}}}}\
      """;

  private static FieldSet parse(String text) {
    return FieldSet.fromJson((JsonObject) JsonParser.parse(text));
  }

  @Test
  void readsAndWritesTheWireForm() {
    assertThat(parse(WIRE).toJson()).hasToString(WIRE);
    assertThat(parse(WIRE).toString())
        .isEqualTo(
            """
            .metadata.labels
            .metadata.labels.app
            .spec.containers[name="web"]
            .spec.containers[name="web"].image
            .spec.flags[=1]
            .spec.flags[="x"]
            .spec.rows[2]\
            """);
  }

  @Test
  void dropsElementsOfAFutureKindAndRefusesMalformedOnes() {
    assertThat(parse("{\"z:new\":{},\"f:a\":{}}").toJson()).hasToString("{\"f:a\":{}}");
    assertThatThrownBy(() -> parse("{\"fa\":{}}")).hasMessage("missing colon: fa");
    assertThatThrownBy(() -> parse("{\"k:{\":{}}")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void takesAwayWhatIsBelowOnlyIfAskedTo() {
    var set = FieldSet.ofFields("status", "status.phase", "spec.replicas");
    var status = FieldSet.ofFields("status");

    assertThat(set.difference(status))
        .isEqualTo(FieldSet.ofFields("status.phase", "spec.replicas"));
    assertThat(set.recursiveDifference(status)).isEqualTo(FieldSet.ofFields("spec.replicas"));
  }

  @Provide
  Arbitrary<Set<String>> paths() {
    var step = Arbitraries.of("a", "b", "c");
    return step.list().ofMinSize(1).ofMaxSize(3).map(s -> String.join(".", s)).set().ofMaxSize(12);
  }

  private static FieldSet set(Set<String> paths) {
    return FieldSet.ofFields(paths.toArray(String[]::new));
  }

  @Property
  boolean behavesLikeASetOfPaths(
      @ForAll("paths") Set<String> left, @ForAll("paths") Set<String> right) {
    var union = new HashSet<>(left);
    union.addAll(right);
    var intersection = new HashSet<>(left);
    intersection.retainAll(right);
    var difference = new HashSet<>(left);
    difference.removeAll(right);
    return set(left).union(set(right)).equals(set(union))
        && set(left).intersection(set(right)).equals(set(intersection))
        && set(left).difference(set(right)).equals(set(difference))
        && FieldSet.fromJson(set(left).toJson()).equals(set(left))
        && left.stream().allMatch(path -> set(left).contains(path(path)));
  }

  private static List<PathElement> path(String text) {
    return List.of(text.split("\\.")).stream().map(s -> (PathElement) new FieldName(s)).toList();
  }
}
