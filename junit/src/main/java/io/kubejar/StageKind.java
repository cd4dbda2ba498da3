package io.kubejar;

import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.controlplane.ControlPlane;

/// The kind `Stage` of `kwok.x-k8s.io/v1alpha1`, for manifests that use it without its definition.
final class StageKind {
  private static final String API_VERSION = "kwok.x-k8s.io/v1alpha1";

  static final String DEFINITION =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: stages.kwok.x-k8s.io}
      spec:
        group: kwok.x-k8s.io
        scope: Cluster
        names: {kind: Stage, listKind: StageList, plural: stages, singular: stage}
        versions:
        - name: v1alpha1
          served: true
          storage: true
          subresources: {status: {}}
          schema:
            openAPIV3Schema:
              type: object
              required: [spec]
              properties:
                spec: {type: object, x-kubernetes-preserve-unknown-fields: true}
                status: {type: object, x-kubernetes-preserve-unknown-fields: true}
      """;

  private StageKind() {}

  static boolean isMissing(Unstructured object, ControlPlane controlPlane) {
    return object.apiVersion().equals(API_VERSION)
        && object.kind().equals("Stage")
        && controlPlane.served(GroupVersionKind.parse(API_VERSION, "Stage")).isEmpty();
  }
}
