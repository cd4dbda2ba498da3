package io.kubejar.apimachinery.cel;

import io.kubejar.apimachinery.cel.type.DeclType;
import io.kubejar.apimachinery.cel.type.Scalar;
import java.util.LinkedHashMap;
import java.util.Map;

/// The types of what admission policies and match conditions see.
final class AdmissionTypes {
  private static final DeclType TEXTS = DeclType.listOf(Scalar.STRING);

  private AdmissionTypes() {}

  static DeclType.ObjectOf request() {
    var kind =
        DeclType.object(
            "kubernetes.GroupVersionKind", AuthorizationTypes.texts("group", "version", "kind"));
    var resource =
        DeclType.object(
            "kubernetes.GroupVersionResource",
            AuthorizationTypes.texts("group", "version", "resource"));
    var fields =
        AuthorizationTypes.texts(
            "subResource", "requestSubResource", "name", "namespace", "operation");
    fields.put("kind", kind);
    fields.put("resource", resource);
    fields.put("requestKind", kind);
    fields.put("requestResource", resource);
    fields.put("userInfo", Environments.userInfo());
    fields.put("dryRun", Scalar.BOOL);
    fields.put("options", Scalar.DYN);
    return DeclType.object("kubernetes.AdmissionRequest", fields);
  }

  static DeclType.ObjectOf namespace() {
    Map<String, DeclType> fields = new LinkedHashMap<>();
    fields.put("metadata", metadata());
    fields.put("spec", DeclType.object("kubernetes.NamespaceSpec", Map.of("finalizers", TEXTS)));
    fields.put("status", status());
    return DeclType.object("kubernetes.Namespace", fields);
  }

  private static DeclType metadata() {
    var fields =
        AuthorizationTypes.texts("name", "generateName", "namespace", "UID", "resourceVersion");
    fields.put("labels", DeclType.mapOf(Scalar.STRING));
    fields.put("annotations", DeclType.mapOf(Scalar.STRING));
    fields.put("creationTimestamp", Scalar.TIMESTAMP);
    fields.put("deletionGracePeriodSeconds", Scalar.INT);
    fields.put("deletionTimestamp", Scalar.TIMESTAMP);
    fields.put("generation", Scalar.INT);
    fields.put("finalizers", TEXTS);
    return DeclType.object("kubernetes.NamespaceMetadata", fields);
  }

  private static DeclType status() {
    var condition = AuthorizationTypes.texts("status", "type", "message", "reason");
    condition.put("lastTransitionTime", Scalar.TIMESTAMP);
    var fields = AuthorizationTypes.texts("phase");
    fields.put(
        "conditions", DeclType.listOf(DeclType.object("kubernetes.NamespaceCondition", condition)));
    return DeclType.object("kubernetes.NamespaceStatus", fields);
  }
}
