package io.kubejar.foreignclients;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;

/// A definition that both clients make.
final class CustomResources {
  private CustomResources() {}

  static CustomResourceDefinition definition(String plural) {
    return Serialization.unmarshal(yaml(plural), CustomResourceDefinition.class);
  }

  /// Widgets with status and scale, in a group of their own.
  static String yaml(String plural) {
    return """
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: %1$s.%1$s.example.com}
    spec:
      group: %1$s.example.com
      scope: Namespaced
      names: {plural: %1$s, kind: Widget, listKind: WidgetList}
      versions:
      - name: v1
        served: true
        storage: true
        subresources:
          status: {}
          scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}
        schema:
          openAPIV3Schema:
            type: object
            properties:
              spec:
                type: object
                properties: {replicas: {type: integer}}
              status:
                type: object
                properties: {replicas: {type: integer}}
    """
        .formatted(plural);
  }
}
