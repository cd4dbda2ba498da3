package io.kubejar.apimachinery;

import java.util.Set;

/// A part of an object, or an action on it, with a path of its own.
///
/// @param kind what a request to it carries, such as `autoscaling/v1, Kind=Scale` for `scale`
public record Subresource(String name, GroupVersionKind kind, Set<String> verbs) {

  public Subresource {
    verbs = Set.copyOf(verbs);
  }
}
