package io.kubejar.apiserver.table;

import io.kubejar.apimachinery.KubernetesObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// How the objects of one kind look in a table.
///
/// @param columns in their order
/// @param cells as many as there are columns: each a String, an Integer, a Long, a Boolean, or JSON
///   as it shall appear
/// @param order of the rows, if it is not that of the objects
public record TableView<T extends KubernetesObject>(
    List<Column> columns, Cells<T> cells, Optional<Comparator<T>> order) {
  public TableView {
    columns = List.copyOf(columns);
  }

  public TableView(List<Column> columns, Cells<T> cells) {
    this(columns, cells, Optional.empty());
  }

  TableView<T> orderedBy(Comparator<T> comparator) {
    return new TableView<>(columns, cells, Optional.of(comparator));
  }

  /// The objects in the order of their rows.
  public List<T> ordered(List<T> objects) {
    return order.map(it -> objects.stream().sorted(it).toList()).orElse(objects);
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
