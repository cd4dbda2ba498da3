package io.kubejar.apimachinery.cel;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.Chance;
import io.kubejar.apimachinery.Rounds;
import io.kubejar.apimachinery.cel.plan.Bindings;
import io.kubejar.apimachinery.cel.type.Scalar;
import io.kubejar.apimachinery.cel.value.JsonViews;
import io.kubejar.apimachinery.json.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Expressions that chance wrote: they compile or are refused, and end within what they may cost.
class ExpressionFuzzTest {
  private static final long LIMIT = 10_000;
  private static final int DEPTH = 4;

  private static final List<String> FUNCTIONS =
      List.of(
          ("size int uint double string bytes bool type dyn timestamp duration quantity "
                  + "isQuantity ip isIP cidr url isURL semver isSemver lists.range sets.unique has "
                  + "math.abs math.ceil optional.of optional.ofNonZeroValue")
              .split(" "));

  private static final List<String> METHODS =
      List.of(
          ("size sum min max isSorted lowerAscii trim charAt reverse distinct sort flatten "
                  + "getHours getFullYear asInteger isInteger sign family ip prefixLength masked "
                  + "getHost getQuery major hasValue value first last")
              .split(" "));

  private static final List<String> METHODS_OF_ONE =
      List.of(
          ("indexOf lastIndexOf startsWith endsWith contains matches find findAll split join format"
                  + " charAt substring slice add sub compareTo isGreaterThan containsIP orValue "
                  + "flatten")
              .split(" "));

  private static final List<String> LEAVES =
      List.of(
          ("self ; self.n ; self.list ; self.text ; self.map ; self.none ; self.half ; "
                  + "self.deep ; self.when ; self.much ; self.ip ; self.absent ; self.?text ; x ; "
                  + "true ; null ; 1 ; -1 ; 0u ; 1.5 ; 1e308 ; 9223372036854775807 ; "
                  + "-9223372036854775808 ; 18446744073709551615u ; 'a' ; '' ; '1h' ; '[a-z]+(' ; "
                  + "'%s %d %.3f %x' ; b'\\xff' ; '\\u00e9' ; [] ; {} ; '10.0.0.0/8' ; "
                  + "'https://a.b:1/c?d=e' ; '1.2.3'")
              .split(" ; "));

  private static final Environment ENVIRONMENT = Environments.base().with("self", Scalar.DYN);
  private static final Bindings BINDINGS =
      name ->
          name.equals("self")
              ? JsonViews.dynamic(
                  JsonParser.parse(
                      """
                      {"n": 3, "list": [3, 1, 2], "text": "größer", "map": {"k": "v"},
                       "none": null, "half": 0.5, "deep": [[1, [2]], {"a": [{"b": "c"}]}],
                       "when": "2030-01-01T00:00:00Z", "much": "1.5Gi", "ip": "10.0.0.1"}
                      """))
              : null;

  @Test
  void whatCompilesEndsWithinItsLimit() {
    Rounds.run(3000, chance -> check(expression(chance, DEPTH)));
  }

  @Test
  void damagedExpressionsAreRefusedOrEnd() {
    Rounds.run(
        2000,
        chance -> {
          var sound = expression(chance, DEPTH).getBytes(StandardCharsets.UTF_8);
          check(new String(chance.damaged(sound), StandardCharsets.UTF_8));
        });
  }

  @Test
  void loopsInLoopsEndWithinTheirLimit() {
    Rounds.run(
        60,
        chance -> {
          int size = chance.between(1, 400);
          var loops = new StringBuilder("true");
          for (int i = chance.between(1, 6); i > 0; i--) {
            loops.insert(0, "lists.range(%d).all(x%d, ".formatted(size, i)).append(')');
          }
          check(loops.toString());
        });
  }

  /// Texts that double at each step: the cost of what is built stops it, not the memory.
  @Test
  void growingTextsEndWithinTheirLimit() {
    var twice = "'0123456789abcdef'";
    for (int i = 0; i < 12; i++) {
      twice = "[" + twice + "].map(t, t + t)[0]";
    }
    check(twice + ".size() > 0");
    check("lists.range(300).map(i, lists.range(300)).flatten().size() > 0");
    check("'x'.replace('', '0123456789').replace('', '0123456789').replace('', '0123456789')");
    check("lists.range(1000000000).size() > 0");
    check("'%s'.format(['%1000000000d'])");
    check("['%.1000000000f'.format([1.5])]");
  }

  private static void check(String expression) {
    CompiledExpression compiled;
    try {
      compiled = ENVIRONMENT.compile(expression, Scalar.ANY);
    } catch (CompilationException _) {
      return; // It is none.
    }
    try {
      var evaluation = compiled.evaluate(BINDINGS, LIMIT);
      assertThat(evaluation.exceedsLimit() || evaluation.cost() <= LIMIT).isTrue();
    } catch (RuntimeException | StackOverflowError broken) {
      throw new AssertionError(expression, broken);
    }
  }

  private static String expression(Chance chance, int depth) {
    if (depth == 0) {
      return leaf(chance);
    }
    return switch (chance.below(9)) {
      case 0 -> leaf(chance);
      case 1, 2 -> call(chance, depth - 1);
      case 3 ->
          "(%s %s %s)"
              .formatted(
                  expression(chance, depth - 1),
                  chance.of(
                      "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "in"),
                  expression(chance, depth - 1));
      case 4 -> chance.of("!", "-", "--", "!!") + expression(chance, depth - 1);
      case 5 ->
          "(%s ? %s : %s)"
              .formatted(
                  expression(chance, depth - 1),
                  expression(chance, depth - 1),
                  expression(chance, depth - 1));
      case 6 ->
          "[" + String.join(",", chance.list(0, 3, () -> expression(chance, depth - 1))) + "]";
      case 7 -> "{%s: %s}".formatted(expression(chance, depth - 1), expression(chance, depth - 1));
      default ->
          "%s.%s(x, %s)"
              .formatted(
                  expression(chance, depth - 1),
                  chance.of("all", "exists", "exists_one", "map", "filter"),
                  expression(chance, depth - 1));
    };
  }

  private static String call(Chance chance, int depth) {
    var target = expression(chance, depth);
    var argument = expression(chance, depth);
    return switch (chance.below(4)) {
      case 0 -> "%s(%s)".formatted(chance.of(FUNCTIONS), target);
      case 1 -> "%s.%s()".formatted(target, chance.of(METHODS));
      case 2 -> "%s.%s(%s)".formatted(target, chance.of(METHODS_OF_ONE), argument);
      default -> "%s[%s]".formatted(target, argument);
    };
  }

  private static String leaf(Chance chance) {
    return chance.of(LEAVES);
  }
}
