package io.kubejar.apiserver.customresources;

import io.kubejar.apimachinery.structural.NodeRules;
import io.kubejar.apimachinery.structural.RuleLanguage;
import io.kubejar.apimachinery.structural.StructuralSchema;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.metrics.CelMetrics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// A language of rules whose work is measured.
public record MeasuredRules(RuleLanguage language, CelMetrics metrics, InstantSource clock)
    implements RuleLanguage {

  @Override
  public List<FieldError> check(Request request) {
    var start = clock.instant();
    try {
      return language.check(request);
    } finally {
      metrics.compiled(Duration.between(start, clock.instant()));
    }
  }

  @Override
  public NodeRules compile(StructuralSchema schema, boolean resourceRoot) {
    var start = clock.instant();
    try {
      var rules = language.compile(schema, resourceRoot);
      return call -> evaluate(rules, call);
    } finally {
      metrics.compiled(Duration.between(start, clock.instant()));
    }
  }

  private NodeRules.Outcome evaluate(NodeRules rules, NodeRules.Call call) {
    var start = clock.instant();
    try {
      return rules.evaluate(call);
    } finally {
      metrics.evaluated(Duration.between(start, clock.instant()));
    }
  }
}
