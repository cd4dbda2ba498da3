package io.kubejar.apimachinery.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.cel.plan.Bindings;
import io.kubejar.apimachinery.cel.type.Scalar;
import io.kubejar.apimachinery.cel.value.JsonViews;
import io.kubejar.apimachinery.json.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentTest {
  private static final Environment ENVIRONMENT =
      Environments.base().with("self", Scalar.DYN).with("a.b", Scalar.STRING);
  private static final Bindings BINDINGS =
      name ->
          switch (name) {
            case "self" ->
                JsonViews.dynamic(
                    JsonParser.parse(
                        """
                        {"n": 3, "list": [3, 1, 2], "text": "größer", "map": {"k": "v"},
                         "none": null, "half": 0.5}
                        """));
            case "a.b" -> new io.kubejar.apimachinery.cel.value.StringValue("qualified");
            default -> null;
          };

  private static Evaluation evaluate(String expression) throws CompilationException {
    return ENVIRONMENT.compile(expression, Scalar.ANY).evaluate(BINDINGS);
  }

  private static String shown(String expression) throws CompilationException {
    return evaluate(expression).value().text();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "self.n + 4 => 7",
        "self.n == 3.0 => true",
        "1 < 1.5 && 2u > 1 => true",
        "self.text.size() => 6",
        "self.list.map(x, x * x) => [9, 1, 4]",
        "self.list.filter(x, x > 1) => [3, 2]",
        "self.list.exists_one(x, x == 1) => true",
        "self.list.all(i, x, x > i) => false",
        "self.map.transformMap(k, v, k + v) => {k: kv}",
        "self.list.transformList(i, x, i == 0, x) => [3]",
        "self.list.sort() => [1, 2, 3]",
        "self.list.sortBy(x, -x) => [3, 2, 1]",
        "self.list.sum() + self.list.max() - self.list.min() => 8",
        "[1, 2, 2].lastIndexOf(2) => 2",
        "[[1], [2]].flatten() => [1, 2]",
        "lists.range(3).reverse() => [2, 1, 0]",
        "[1, 1, 2].distinct().slice(0, 1) => [1]",
        "sets.equivalent([1, 2], [2, 1, 1]) => true",
        "self.?absent.?deeper.orValue('none') => none",
        "self.?map['k'].optMap(v, v + '!').value() => v!",
        "self.list[?7].hasValue() => false",
        "[?self.?absent, dyn(1)] => [1]",
        "has(self.map.k) && !has(self.map.l) => true",
        "'k' in self.map => true",
        "self.none == null => true",
        "a.b => qualified",
        "type(self.half) == double && type(self.n) == int => true",
        "string(1000000.0) => 1e+06",
        "int('-12') => -12",
        "string(duration('1h30m')) => 5400s",
        "timestamp('2024-02-29T10:00:00Z') + duration('24h') => 2024-03-01T10:00:00Z",
        "timestamp('2024-02-29T23:30:00Z').getHours('+01:00') => 0",
        "'a-b-c'.split('-', 2) => [a, b-c]",
        "'größer'.substring(2, 4) => öß",
        "'größer'.charAt(2) => ö",
        "'abab'.replace('b', 'x', 1) => axab",
        "'abab'.indexOf('b', 2) => 3",
        "'x'.format([]) => x",
        "'%s %d %.1f %x'.format([dyn('a'), dyn(2), dyn(1234.56), dyn(255)]) => a 2 1,234.6 ff",
        "'abc 123'.find('[0-9]+') => 123",
        "'a1b2'.findAll('[0-9]', 1) => [1]",
        "self.missing.x || true => true",
        "self.missing.x && false => false",
        "[1, 0].exists(x, 1 / x == 1) => true",
      })
  void evaluates(String expression, String expected) throws CompilationException {
    assertThat(shown(expression)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "self.missing => no such key: missing",
        "self.list[3] => index out of bounds: 3",
        "1 / (self.n - 3) => division by zero",
        "9223372036854775807 + self.n => integer overflow",
        "int('x') => type conversion error from 'string' to 'int'",
        "optional.none().value() => optional.none() dereference",
        "[].min() => min called on empty list",
        "self.n.startsWith('x') => no such overload",
        "'abc'.substring(4) => index out of range: 4",
        "lists.range(100000000) => lists.range: 100000000 is more than 1000000",
      })
  void failsWithTheReason(String expression, String reason) throws CompilationException {
    assertThat(evaluate(expression).failure()).contains(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "1 + 'a' => 1:3: found no matching overload for '_+_' applied to '(int, string)'",
        "foo => 1:1: undeclared reference to 'foo' (in container '')",
        "[1, 'a'] => 1:5: expected type 'int' but found 'string'",
        "'a'.matches('[') => 1:13: invalid matches argument",
        "duration('x') => 1:10: invalid duration argument",
        "timestamp('x') => 1:11: invalid timestamp argument",
        "self.list.all(1, true) => 1:15: argument must be a simple name",
        "timestamp(0) + 1"
            + " => 1:14: found no matching overload for '_+_' applied to '(timestamp, int)'",
      })
  void refusesWithPlaceAndReason(String expression, String complaint) {
    assertThatThrownBy(() -> evaluate(expression))
        .hasMessageStartingWith("compilation failed: ERROR: <input>:" + complaint + "\n | ");
  }

  @Test
  void showsTheLineAndThePlaceOfASyntaxError() {
    assertThatThrownBy(() -> evaluate("1 =="))
        .hasMessageStartingWith(
            "compilation failed: ERROR: <input>:1:5: Syntax error: mismatched input '<EOF>'")
        .hasMessageEndingWith("\n | 1 ==\n | ....^");
  }

  @Test
  void refusesTheWrongType() {
    assertThatThrownBy(() -> ENVIRONMENT.compile("'a'", Scalar.BOOL))
        .hasMessage("must evaluate to bool but got string");
    assertThatThrownBy(() -> ENVIRONMENT.compile("1", Scalar.STRING, Scalar.NULL))
        .hasMessage("must evaluate to one of [string null_type] but got int");
    assertThatThrownBy(() -> Environments.user().compile("1", Scalar.BOOL))
        .hasMessage("must evaluate to bool");
  }

  @Test
  void stopsWhatCostsTooMuch() throws CompilationException {
    var endless = evaluate("lists.range(5000).all(x, lists.range(5000).all(y, x == y || x != y))");

    assertThat(endless.exceedsLimit()).isTrue();
    assertThat(endless.failure()).contains("operation cancelled: actual cost limit exceeded");
  }

  @Test
  void paysBeforeWorkThatGrowsFasterThanItsInput() throws CompilationException {
    var expensive = evaluate("lists.range(100000).map(x, x).distinct()");

    assertThat(expensive.exceedsLimit()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "true => 0",
        "self => 1",
        "self.map.k => 3",
        "has(self.map.k) => 2",
        "self.list[0] => 3",
        "self.n in [1, 2, 3] => 2",
        "[1, 2].map(x, x) => 27",
        "self.text + self.text => 5",
      })
  void costsWhatItCostsUpstream(String expression, long cost) throws CompilationException {
    assertThat(evaluate(expression).cost()).isEqualTo(cost);
  }

  @Test
  void knowsTheClaimsOfAToken() throws CompilationException {
    var claims = JsonViews.dynamic(JsonParser.parse("{\"sub\": \"jane\", \"roles\": [\"a\"]}"));
    var expression = Environments.claims().compile("'oidc:' + claims.sub", Scalar.STRING);

    var name = expression.evaluate(variable -> variable.equals("claims") ? claims : null);

    assertThat(name.value().text()).isEqualTo("oidc:jane");
  }

  @Test
  void tellsWhetherSelectorsAreLookedAt() throws CompilationException {
    var expression =
        Environments.authorization()
            .compile("request.?resourceAttributes.?fieldSelector.hasValue()", Scalar.BOOL);

    assertThat(expression.selects("fieldSelector")).isTrue();
    assertThat(expression.selects("labelSelector")).isFalse();
  }
}
