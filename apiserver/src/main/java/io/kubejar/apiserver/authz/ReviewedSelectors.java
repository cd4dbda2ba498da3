package io.kubejar.apiserver.authz;

import io.kubejar.api.authorization.v1.FieldSelectorAttributes;
import io.kubejar.api.authorization.v1.LabelSelectorAttributes;
import io.kubejar.api.authorization.v1.ResourceAttributes;
import io.kubejar.apimachinery.meta.v1.FieldSelectorRequirement;
import io.kubejar.apimachinery.meta.v1.LabelSelectorRequirement;
import io.kubejar.apimachinery.selector.FieldSelector;
import io.kubejar.apimachinery.selector.Requirement;
import io.kubejar.apimachinery.selector.Requirement.Operator;
import io.kubejar.apimachinery.selector.SelectorFormatException;
import java.util.ArrayList;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the selectors of an access review. What cannot be understood, such as operators of a later
/// version, is left out: the question gets wider by that, never narrower.
final class ReviewedSelectors {
  private ReviewedSelectors() {}

  static Selectors of(ResourceAttributes resource) {
    return labels(fields(Selectors.NONE, resource.fieldSelector()), resource.labelSelector());
  }

  private static Selectors fields(Selectors none, @Nullable FieldSelectorAttributes asked) {
    if (asked == null) {
      return none;
    }
    if (asked.requirements().isEmpty()) {
      return none.withFields(asked.rawSelector());
    }
    var terms = new ArrayList<FieldSelector.Term>();
    asked.requirements().forEach(one -> term(one).ifPresent(terms::add));
    return none.withFields(terms, terms.size() < asked.requirements().size());
  }

  private static Optional<FieldSelector.Term> term(FieldSelectorRequirement requirement) {
    if (requirement.values().size() != 1) {
      return Optional.empty();
    }
    var value = requirement.values().getFirst();
    return switch (requirement.operator()) {
      case "In" -> Optional.of(new FieldSelector.Term(requirement.key(), true, value));
      case "NotIn" -> Optional.of(new FieldSelector.Term(requirement.key(), false, value));
      default -> Optional.empty();
    };
  }

  private static Selectors labels(Selectors fields, @Nullable LabelSelectorAttributes asked) {
    if (asked == null) {
      return fields;
    }
    if (asked.requirements().isEmpty()) {
      return fields.withLabels(asked.rawSelector());
    }
    var requirements = new ArrayList<Requirement>();
    asked.requirements().forEach(one -> requirement(one).ifPresent(requirements::add));
    return fields.withLabels(requirements, requirements.size() < asked.requirements().size());
  }

  private static Optional<Requirement> requirement(LabelSelectorRequirement asked) {
    try {
      return operator(asked.operator())
          .map(operator -> Requirement.of(asked.key(), operator, asked.values()));
    } catch (SelectorFormatException _) {
      return Optional.empty();
    }
  }

  private static Optional<Operator> operator(String name) {
    return switch (name) {
      case "In" -> Optional.of(Operator.IN);
      case "NotIn" -> Optional.of(Operator.NOT_IN);
      case "Exists" -> Optional.of(Operator.EXISTS);
      case "DoesNotExist" -> Optional.of(Operator.DOES_NOT_EXIST);
      default -> Optional.empty();
    };
  }
}
