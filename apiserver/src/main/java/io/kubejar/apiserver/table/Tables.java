package io.kubejar.apiserver.table;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import java.util.List;

/// The tables of all kinds.
public final class Tables {
  private Tables() {}

  /// The table of a kind; name and age if it has none of its own.
  @SuppressWarnings("unchecked") // Views are kept under the type they were made for.
  public static <T extends KubernetesObject> TableView<T> of(ResourceType<T> type) {
    return new TableView<>(
        List.of(Column.NAME, Column.AGE),
        (object, now) -> List.of(object.metadata().name(), Ages.of(object, now)));
  }
}
