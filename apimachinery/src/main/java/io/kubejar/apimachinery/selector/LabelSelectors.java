package io.kubejar.apimachinery.selector;

import static io.kubejar.apimachinery.GoText.quoted;

import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.selector.Requirement.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes selectors of the forms in which users write them.
public final class LabelSelectors {
  private LabelSelectors() {}

  /// Reads the text form, such as `app in (a,b),!canary`.
  ///
  /// @throws SelectorFormatException if it is malformed
  public static Selector parse(String text) {
    return text.isEmpty() ? Selector.everything() : Selector.of(LabelSelectorParser.parse(text));
  }

  /// The selector of an object. No selector matches nothing; an empty one matches everything.
  ///
  /// @throws SelectorFormatException if it is malformed
  public static Selector of(@Nullable LabelSelector selector) {
    if (selector == null) {
      return Selector.nothing();
    }
    var requirements = new ArrayList<Requirement>();
    selector
        .matchLabels()
        .forEach(
            (key, value) -> requirements.add(Requirement.of(key, Operator.EQUALS, List.of(value))));
    for (var expression : selector.matchExpressions()) {
      requirements.add(
          Requirement.of(expression.key(), operator(expression.operator()), expression.values()));
    }
    return Selector.of(requirements);
  }

  /// All these labels with these values; everything if there are none. The map is not checked.
  public static Selector ofMap(Map<String, String> labels) {
    var requirements = new ArrayList<Requirement>();
    labels.forEach(
        (key, value) -> requirements.add(new Requirement(key, Operator.EQUALS, List.of(value))));
    return Selector.of(requirements);
  }

  private static Operator operator(String name) {
    return switch (name) {
      case "In" -> Operator.IN;
      case "NotIn" -> Operator.NOT_IN;
      case "Exists" -> Operator.EXISTS;
      case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
      default ->
          throw new SelectorFormatException(
              quoted(name) + " is not a valid label selector operator");
    };
  }
}
