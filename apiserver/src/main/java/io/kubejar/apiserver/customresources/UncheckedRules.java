package io.kubejar.apiserver.customresources;

import io.kubejar.apimachinery.structural.NodeRules;
import io.kubejar.apimachinery.structural.RuleLanguage;
import io.kubejar.apimachinery.structural.StructuralSchema;
import io.kubejar.apimachinery.validation.FieldError;
import java.util.List;

/// Takes every rule and runs none: for a server without the language of rules.
public enum UncheckedRules implements RuleLanguage {
  INSTANCE;

  @Override
  public List<FieldError> check(Request request) {
    return List.of();
  }

  @Override
  public NodeRules compile(StructuralSchema schema, boolean resourceRoot) {
    return call -> new NodeRules.Outcome(List.of(), List.of(), call.budget());
  }
}
