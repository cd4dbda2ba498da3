package io.kubejar.client.testing;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.selector.FieldSelector;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.apimachinery.selector.Selector;
import io.kubejar.client.ListOptions;
import io.kubejar.client.WatchOptions;

/// Which objects a list or a watch is about.
record Selection<T extends KubernetesObject>(
    ResourceType<T> type, String namespace, Selector labels, FieldSelector fields) {

  static <T extends KubernetesObject> Selection<T> of(ResourceType<T> type, ListOptions options) {
    return new Selection<>(
        type,
        options.namespace(),
        LabelSelectors.parse(options.labelSelector()),
        FieldSelector.parse(options.fieldSelector()));
  }

  static <T extends KubernetesObject> Selection<T> of(ResourceType<T> type, WatchOptions options) {
    return of(
        type,
        ListOptions.inNamespace(options.namespace())
            .withLabelSelector(options.labelSelector())
            .withFieldSelector(options.fieldSelector()));
  }

  boolean covers(T object) {
    var metadata = object.metadata();
    return (namespace.isEmpty() || namespace.equals(metadata.namespace()))
        && labels.matches(metadata.labels())
        && (fields.isEmpty() || matchesFields(type.codec().toTree(object)));
  }

  private boolean matchesFields(JsonValue tree) {
    return fields.matches(path -> text(tree, path));
  }

  private static String text(JsonValue tree, String path) {
    var at = tree;
    for (var name : path.split("\\.", -1)) {
      at = at instanceof JsonObject object && object.get(name) != null ? object.get(name) : null;
      if (at == null) {
        return "";
      }
    }
    return at instanceof JsonString(var value) ? value : at.toString();
  }
}
