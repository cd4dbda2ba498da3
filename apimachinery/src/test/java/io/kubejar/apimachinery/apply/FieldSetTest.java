package io.kubejar.apimachinery.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.Chance;
import io.kubejar.apimachinery.Rounds;
import io.kubejar.apimachinery.apply.PathElement.FieldName;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

  private static Set<String> paths(Chance chance) {
    return Set.copyOf(
        new HashSet<>(
            chance.list(
                0, 12, () -> String.join(".", chance.list(1, 3, () -> chance.of("a", "b", "c"))))));
  }

  private static FieldSet set(Set<String> paths) {
    return FieldSet.ofFields(paths.toArray(String[]::new));
  }

  @Test
  void behavesLikeASetOfPaths() {
    Rounds.run(1000, chance -> checkOperations(paths(chance), paths(chance)));
  }

  private static void checkOperations(Set<String> left, Set<String> right) {
    var union = new HashSet<>(left);
    union.addAll(right);
    var intersection = new HashSet<>(left);
    intersection.retainAll(right);
    var difference = new HashSet<>(left);
    difference.removeAll(right);

    assertThat(set(left).union(set(right))).isEqualTo(set(union));
    assertThat(set(left).intersection(set(right))).isEqualTo(set(intersection));
    assertThat(set(left).difference(set(right))).isEqualTo(set(difference));
    assertThat(FieldSet.fromJson(set(left).toJson())).isEqualTo(set(left));
    assertThat(left).allMatch(path -> set(left).contains(path(path)));
  }

  private static List<PathElement> path(String text) {
    return List.of(text.split("\\.")).stream().map(s -> (PathElement) new FieldName(s)).toList();
  }
}
