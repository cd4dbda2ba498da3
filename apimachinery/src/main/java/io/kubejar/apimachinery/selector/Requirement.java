package io.kubejar.apimachinery.selector;

import static io.kubejar.apimachinery.GoText.quoted;

import io.kubejar.apimachinery.format.Formats;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// One condition on one label.
///
/// @param values sorted, without repetition
public record Requirement(String key, Operator operator, List<String> values) {

  /// What a label's value must be.
  public enum Operator {
    EQUALS("="),
    DOUBLE_EQUALS("=="),
    NOT_EQUALS("!="),
    IN(" in "),
    NOT_IN(" notin "),
    EXISTS(""),
    DOES_NOT_EXIST("!"),
    GREATER_THAN(">"),
    LESS_THAN("<");

    private final String text;

    Operator(String text) {
      this.text = text;
    }
  }

  public Requirement {
    values = values.stream().sorted().distinct().toList();
  }

  /// A requirement whose key and values are well-formed.
  ///
  /// @throws SelectorFormatException telling all that is wrong
  public static Requirement of(String key, Operator operator, List<String> values) {
    var errors = new ArrayList<String>();
    var keyErrors = Formats.labelKey(key);
    if (!keyErrors.isEmpty()) {
      errors.add("key: Invalid value: " + quoted(key) + ": " + String.join("; ", keyErrors));
    }
    checkNumber(operator, values, errors);
    for (int i = 0; i < values.size(); i++) {
      var valueErrors = Formats.labelValue(values.get(i));
      if (!valueErrors.isEmpty()) {
        errors.add(
            "values["
                + i
                + "]["
                + key
                + "]: Invalid value: "
                + quoted(values.get(i))
                + ": "
                + String.join("; ", valueErrors));
      }
    }
    if (!errors.isEmpty()) {
      throw new SelectorFormatException(
          errors.size() == 1 ? errors.getFirst() : "[" + String.join(", ", errors) + "]");
    }
    return new Requirement(key, operator, values);
  }

  private static void checkNumber(Operator operator, List<String> values, List<String> errors) {
    switch (operator) {
      case IN, NOT_IN -> {
        if (values.isEmpty()) {
          errors.add(
              "values: Invalid value: null: for 'in', 'notin' operators, values set can't be"
                  + " empty");
        }
      }
      case EQUALS, DOUBLE_EQUALS, NOT_EQUALS -> {
        if (values.size() != 1) {
          errors.add(invalidValues(values, "exact-match compatibility requires one single value"));
        }
      }
      case EXISTS, DOES_NOT_EXIST -> {
        if (!values.isEmpty()) {
          errors.add(
              invalidValues(values, "values set must be empty for exists and does not exist"));
        }
      }
      case GREATER_THAN, LESS_THAN -> {
        if (values.size() != 1) {
          errors.add(
              invalidValues(values, "for 'Gt', 'Lt' operators, exactly one value is required"));
        }
        for (int i = 0; i < values.size(); i++) {
          if (number(values.get(i)).isEmpty()) {
            errors.add(
                "values["
                    + i
                    + "]: Invalid value: "
                    + quoted(values.get(i))
                    + ": for 'Gt', 'Lt' operators, the value must be an integer");
          }
        }
      }
    }
  }

  private static String invalidValues(List<String> values, String why) {
    var shown = values.stream().map(io.kubejar.apimachinery.GoText::quoted).toList();
    return "values: Invalid value: [" + String.join(",", shown) + "]: " + why;
  }

  public boolean matches(Map<String, String> labels) {
    var value = labels.get(key);
    return switch (operator) {
      case IN, EQUALS, DOUBLE_EQUALS -> value != null && has(value);
      case NOT_IN, NOT_EQUALS -> value == null || !has(value);
      case EXISTS -> value != null;
      case DOES_NOT_EXIST -> value == null;
      case GREATER_THAN -> value != null && compare(value) > 0;
      case LESS_THAN -> value != null && compare(value) < 0;
    };
  }

  private boolean has(String value) {
    return Collections.binarySearch(values, value) >= 0;
  }

  /// Zero also for texts that are no numbers, so that neither comparison holds.
  private int compare(String value) {
    var left = number(value);
    var right = number(values.getFirst());
    return left.isPresent() && right.isPresent()
        ? Long.compare(left.getAsLong(), right.getAsLong())
        : 0;
  }

  private static OptionalLong number(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException _) {
      return OptionalLong.empty();
    }
  }

  /// The value, if the label must have exactly this one.
  public Optional<String> onlyValue() {
    return switch (operator) {
      case EQUALS, DOUBLE_EQUALS, IN ->
          values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
      default -> Optional.empty();
    };
  }

  @Override
  public String toString() {
    var joined = String.join(",", values);
    return switch (operator) {
      case EXISTS -> key;
      case DOES_NOT_EXIST -> "!" + key;
      case IN, NOT_IN -> key + operator.text + "(" + joined + ")";
      default -> key + operator.text + joined;
    };
  }
}
