package io.kubejar.apiserver.table;

import io.kubejar.apimachinery.KubernetesObject;
import java.time.Instant;
import java.util.List;

/// How the objects of one kind look in a table.
///
/// @param columns in their order
/// @param cells as many as there are columns: each a String, an Integer, a Long, a Boolean, or JSON
///   as it shall appear
public record TableView<T extends KubernetesObject>(List<Column> columns, Cells<T> cells) {
  public TableView {
    columns = List.copyOf(columns);
  }

  /// The texts of one row.
  @FunctionalInterface
  public interface Cells<T> {
    /// @param now what ages are counted from
    List<Object> of(T object, Instant now);
  }

  /// The cells of one object.
  public List<Object> row(T object, Instant now) {
    var row = cells.of(object, now);
    if (row.size() != columns.size()) {
      throw new IllegalStateException(
          object.kind() + " has " + columns.size() + " columns and " + row.size() + " cells");
    }
    return row;
  }
}
