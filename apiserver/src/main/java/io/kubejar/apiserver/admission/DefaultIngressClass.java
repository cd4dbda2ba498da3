package io.kubejar.apiserver.admission;

import io.kubejar.api.networking.v1.Ingress;
import io.kubejar.api.networking.v1.IngressClass;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.registry.Registry;
import org.jspecify.annotations.Nullable;

/// Ingresses that name no class get the default one.
public final class DefaultIngressClass implements AdmissionPlugin {
  private static final String DEFAULT = "ingressclass.kubernetes.io/is-default-class";
  private static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";

  private final Registry<IngressClass> classes;

  public DefaultIngressClass(Registry<IngressClass> classes) {
    this.classes = classes;
  }

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) {
    boolean created = request.is(Operation.CREATE) && request.subresource().isEmpty();
    if (!created || !(request.object() instanceof Ingress ingress)) {
      return request.object();
    }
    boolean chosen =
        ingress.spec().ingressClassName() != null
            || ingress.metadata().annotations().containsKey(CLASS_ANNOTATION);
    return chosen
        ? ingress
        : DefaultClass.of(classes, DEFAULT)
            .map(name -> ingress.withSpec(ingress.spec().withIngressClassName(name)))
            .orElse(ingress);
  }
}
