package io.kubejar.client;

import io.kubejar.apimachinery.KubernetesObject;

/// Reports what happened to an object, as `kubectl describe` and `kubectl events` show it.
///
/// It never blocks and never fails: events are for people. They are written later, repeated ones
/// are counted up, and more than a bounded number in waiting are dropped.
public interface EventRecorder {
  String NORMAL = "Normal";
  String WARNING = "Warning";

  /// @param type `Normal` or `Warning`
  /// @param reason one word in CamelCase that machines may branch on
  /// @param message a sentence for people
  void event(KubernetesObject about, String type, String reason, String message);

  /// An event about a part of the object, such as `spec.containers{web}`.
  void event(KubernetesObject about, String fieldPath, String type, String reason, String message);

  default void normal(KubernetesObject about, String reason, String message) {
    event(about, NORMAL, reason, message);
  }

  default void warning(KubernetesObject about, String reason, String message) {
    event(about, WARNING, reason, message);
  }
}
