package io.kubejar.apiserver.validation;

import io.kubejar.api.apps.v1.ControllerRevision;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;

/// ControllerRevisions: states that a controller can go back to, and so never change.
final class Revisions {
  private Revisions() {}

  static void revision(Check root, ControllerRevision revision) {
    root.at("revision").nonNegative(revision.revision());
    switch (revision.data().json()) {
      case JsonObject _ -> {}
      case JsonNull _ -> root.at("data").required("data is mandatory");
      case JsonValue _ -> root.at("data").required("data must be a valid JSON object");
    }
  }

  static void revision(Check root, ControllerRevision revision, ControllerRevision old) {
    root.at("revision").nonNegative(revision.revision());
    root.at("data").immutable(revision.data(), old.data());
  }
}
