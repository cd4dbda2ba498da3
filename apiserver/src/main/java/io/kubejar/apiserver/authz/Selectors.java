package io.kubejar.apiserver.authz;

import io.kubejar.apimachinery.selector.FieldSelector;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.apimachinery.selector.Requirement;
import io.kubejar.apimachinery.selector.SelectorFormatException;
import java.util.List;

/// What a `list`, `watch` or `deletecollection` is limited to, as authorizers see it. All
/// requirements hold at once, so that those which could not be read only make the request look
/// wider than it is.
///
/// @param fieldsMalformed whether some, or all, of the field selector could not be read
/// @param labelsMalformed the same of the label selector
public record Selectors(
    List<FieldSelector.Term> fields,
    boolean fieldsMalformed,
    List<Requirement> labels,
    boolean labelsMalformed) {
  public static final Selectors NONE = new Selectors(List.of(), false, List.of(), false);

  public Selectors {
    fields = List.copyOf(fields);
    labels = List.copyOf(labels);
  }

  /// Both selectors in the form of a request's query.
  public static Selectors parse(String fieldSelector, String labelSelector) {
    return fieldSelector.isEmpty() && labelSelector.isEmpty()
        ? NONE
        : NONE.withFields(fieldSelector).withLabels(labelSelector);
  }

  Selectors withFields(String text) {
    try {
      return withFields(FieldSelector.parse(text).terms(), false);
    } catch (SelectorFormatException _) {
      return withFields(List.of(), true);
    }
  }

  Selectors withFields(List<FieldSelector.Term> terms, boolean malformed) {
    return new Selectors(terms, malformed, labels, labelsMalformed);
  }

  Selectors withLabels(String text) {
    try {
      return withLabels(LabelSelectors.parse(text).requirements(), false);
    } catch (SelectorFormatException _) {
      return withLabels(List.of(), true);
    }
  }

  Selectors withLabels(List<Requirement> requirements, boolean malformed) {
    return new Selectors(fields, fieldsMalformed, requirements, malformed);
  }

  /// Whether only objects with this value in this field are wanted.
  boolean limitedTo(String field, String value) {
    return fields.contains(new FieldSelector.Term(field, true, value));
  }
}
