package io.kubejar.controllers.pods;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.controllers.ownership.ControllerRefs;
import java.util.List;

/// Makes pods as templates describe them.
public final class PodsOfTemplates {
  private PodsOfTemplates() {}

  /// A pod that the owner controls; the server completes its name.
  public static Pod of(KubernetesObject owner, PodTemplateSpec template) {
    var metadata = owner.metadata();
    return Pod.EMPTY
        .withMetadata(
            ObjectMeta.builder()
                .namespace(metadata.namespace())
                .generateName(metadata.name() + "-")
                .labels(template.metadata().labels())
                .annotations(template.metadata().annotations())
                .finalizers(template.metadata().finalizers())
                .ownerReferences(List.of(ControllerRefs.to(owner)))
                .build())
        .withSpec(template.spec());
  }
}
