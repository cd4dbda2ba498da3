package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.schema.TypeSchema.Any;
import io.kubejar.apimachinery.schema.TypeSchema.Scalar;
import java.util.ArrayList;

/// Follows a change of the schema: who owned parts of what is atomic now owns it as a whole.
final class SchemaReconciliation {
  private SchemaReconciliation() {}

  @SuppressWarnings("ReferenceEquality") // What needs no change comes back as it is.
  static FieldSet reconcile(FieldSet set, TypeSchema type) {
    var nodes = new ArrayList<FieldSet.Node>(set.nodes().size());
    boolean changed = false;
    for (var node : set.nodes()) {
      var reconciled = node(node, Atoms.below(type.resolved(), node.element()).resolved());
      changed |= reconciled != node;
      nodes.add(reconciled);
    }
    return changed ? FieldSet.of(nodes) : set;
  }

  @SuppressWarnings("ReferenceEquality") // Likewise.
  private static FieldSet.Node node(FieldSet.Node node, TypeSchema type) {
    if (node.below().isEmpty() || type instanceof Any || type instanceof Scalar) {
      return node;
    }
    if (Atoms.isAtomic(type)) {
      return new FieldSet.Node(node.element(), true, FieldSet.EMPTY);
    }
    var below = reconcile(node.below(), type);
    return below == node.below() ? node : new FieldSet.Node(node.element(), node.member(), below);
  }
}
