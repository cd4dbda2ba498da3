package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.selector.FieldSelector;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.apimachinery.selector.SelectorFormatException;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.strategy.Strategy;
import java.util.Optional;
import java.util.function.Predicate;

/// Selectors as a client writes them, made into predicates.
public final class Selections {
  private static final String NAME = "metadata.name";
  private static final String NAMESPACE = "metadata.namespace";

  private Selections() {}

  /// @param version whose fields the selectors name
  /// @throws ApiException 400 if a selector is malformed or names a field it cannot
  public static <T extends KubernetesObject> Selection<T> of(
      Strategy<T> strategy, ResourceType<?> version, ReadOptions options) {
    if (options.labelSelector().isEmpty() && options.fieldSelector().isEmpty()) {
      boolean selective = !options.name().isEmpty();
      return new Selection<>(options.namespace(), options.name(), _ -> true, selective);
    }
    try {
      var labels = LabelSelectors.parse(options.labelSelector());
      var fields = FieldSelector.parse(options.fieldSelector());
      for (var term : fields.terms()) {
        strategy.checkSelectable(version, term.field());
      }
      var namespace = options.namespace();
      if (namespace.isEmpty()) {
        namespace = fields.requiredValue(NAMESPACE).orElse("");
      }
      var name = options.name();
      if (name.isEmpty()) {
        name = fields.requiredValue(NAME).orElse("");
      }
      Predicate<T> byLabels = object -> labels.matches(object.metadata().labels());
      Predicate<T> byFields =
          object -> fields.matches(field -> strategy.selectable(version, object, field));
      if (!options.name().isEmpty()
          && !fields.isEmpty()
          && !fields.requiredValue(NAME).equals(Optional.of(options.name()))) {
        throw ApiException.badRequest("fieldSelector metadata.name doesn't match requested name");
      }
      var matches = fields.isEmpty() ? byLabels : byLabels.and(byFields);
      var indexed =
          strategy.index().flatMap(index -> fields.requiredValue(index.field())).orElse(null);
      return new Selection<>(namespace, name, matches, true, indexed);
    } catch (SelectorFormatException malformed) {
      throw ApiException.badRequest(String.valueOf(malformed.getMessage()));
    }
  }
}
