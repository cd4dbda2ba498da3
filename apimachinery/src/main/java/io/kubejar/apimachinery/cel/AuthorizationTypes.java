package io.kubejar.apimachinery.cel;

import io.kubejar.apimachinery.cel.type.DeclType;
import io.kubejar.apimachinery.cel.type.Scalar;
import java.util.LinkedHashMap;
import java.util.Map;

/// The types of what an authorizer's match conditions see.
final class AuthorizationTypes {
  private static final DeclType TEXTS = DeclType.listOf(Scalar.STRING);

  private AuthorizationTypes() {}

  static DeclType.ObjectOf subjectAccessReviewSpec() {
    Map<String, DeclType> fields = new LinkedHashMap<>();
    fields.put("resourceAttributes", resourceAttributes());
    fields.put(
        "nonResourceAttributes",
        DeclType.object("kubernetes.NonResourceAttributes", texts("path", "verb")));
    fields.put("user", Scalar.STRING);
    fields.put("groups", TEXTS);
    fields.put("extra", DeclType.mapOf(TEXTS));
    fields.put("uid", Scalar.STRING);
    return DeclType.object("kubernetes.SubjectAccessReviewSpec", fields);
  }

  private static DeclType resourceAttributes() {
    var fields = texts("namespace", "verb", "group", "version", "resource", "subresource", "name");
    fields.put("fieldSelector", selector("kubernetes.FieldSelectorAttributes"));
    fields.put("labelSelector", selector("kubernetes.LabelSelectorAttributes"));
    return DeclType.object("kubernetes.ResourceAttributes", fields);
  }

  private static DeclType selector(String name) {
    var requirement = texts("key", "operator");
    requirement.put("values", TEXTS);
    var fields = texts("rawSelector");
    fields.put(
        "requirements",
        DeclType.listOf(DeclType.object("kubernetes.SelectorRequirement", requirement)));
    return DeclType.object(name, fields);
  }

  static Map<String, DeclType> texts(String... names) {
    var fields = new LinkedHashMap<String, DeclType>();
    for (var name : names) {
      fields.put(name, Scalar.STRING);
    }
    return fields;
  }
}
