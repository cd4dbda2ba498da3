package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The language that `x-kubernetes-validations` are written in.
public interface RuleLanguage extends NodeRules.Compiler {

  /// Checks the rules of a schema before it is accepted: whether they compile, what they cost, and
  /// whether they use old values only where values correlate.
  List<FieldError> check(Request request);

  /// What is to be checked.
  ///
  /// @param path of the schema
  /// @param nodes those with rules, children before their parents; nodes with errors of another
  ///   kind in or below them are left out
  /// @param stored the rules that the CRD had before, which older limits apply to
  /// @param storedMessages likewise, the expressions of messages
  /// @param unchanged whether the schema is what it was, so that a single rule may cost too much
  record Request(
      FieldPath path,
      List<Node> nodes,
      Set<String> stored,
      Set<String> storedMessages,
      boolean unchanged) {
    public Request {
      nodes = List.copyOf(nodes);
      stored = Set.copyOf(stored);
      storedMessages = Set.copyOf(storedMessages);
    }
  }

  /// A node of the schema with the way to it, which tells how many values there may be of it.
  ///
  /// @param parent null for the root
  /// @param uncorrelated the outermost part around the node whose values have no old ones; null if
  ///   they all have
  record Node(
      @Nullable Node parent,
      FieldPath path,
      StructuralSchema schema,
      @Nullable FieldPath uncorrelated) {

    /// Whether the node is a resource.
    public boolean resourceRoot() {
      return parent == null || schema.extensions().embeddedResource();
    }
  }
}
