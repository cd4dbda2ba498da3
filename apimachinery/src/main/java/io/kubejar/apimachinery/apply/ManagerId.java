package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.GoText;

/// Who manages fields, and how.
///
/// @param apiVersion the version that the fields are named in; empty for [Operation#APPLY], where
///   it may change
record ManagerId(String manager, Operation operation, String apiVersion, String subresource)
    implements Comparable<ManagerId> {

  /// How a manager writes.
  enum Operation {
    APPLY("Apply"),
    UPDATE("Update");

    private final String wire;

    Operation(String wire) {
      this.wire = wire;
    }

    String wire() {
      return wire;
    }
  }

  static ManagerId applying(String manager, String subresource) {
    return new ManagerId(nonEmpty(manager), Operation.APPLY, "", subresource);
  }

  static ManagerId updating(String manager, String apiVersion, String subresource) {
    return new ManagerId(nonEmpty(manager), Operation.UPDATE, apiVersion, subresource);
  }

  private static String nonEmpty(String manager) {
    return manager.isEmpty() ? "unknown" : manager;
  }

  @Override
  public int compareTo(ManagerId other) {
    int order = manager.compareTo(other.manager);
    order = order != 0 ? order : operation.compareTo(other.operation);
    order = order != 0 ? order : apiVersion.compareTo(other.apiVersion);
    return order != 0 ? order : subresource.compareTo(other.subresource);
  }

  /// As conflicts name it.
  @Override
  public String toString() {
    var text = new StringBuilder(GoText.quoted(manager));
    if (!subresource.isEmpty()) {
      text.append(" with subresource ").append(GoText.quoted(subresource));
    }
    if (operation == Operation.UPDATE) {
      text.append(" using ").append(apiVersion);
    }
    return text.toString();
  }
}
