package io.kubejar.apiserver.strategy;

import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.NamespaceStatus;
import io.kubejar.apiserver.request.Call;
import java.util.ArrayList;

/// Namespaces: they go only after a controller has emptied them and says so through `finalize`.
public final class NamespaceStrategy extends Strategy<Namespace> {
  private static final String FINALIZER = "kubernetes";

  public NamespaceStrategy() {
    super(Namespace.RESOURCE);
  }

  @Override
  public Namespace prepareForCreate(Call call, Namespace namespace) {
    var finalizers = new ArrayList<>(namespace.spec().finalizers());
    if (!finalizers.contains(FINALIZER)) {
      finalizers.add(FINALIZER);
    }
    return namespace
        .withStatus(NamespaceStatus.EMPTY.withPhase("Active"))
        .withSpec(namespace.spec().withFinalizers(finalizers));
  }

  @Override
  public Namespace prepareForUpdate(Call call, Namespace namespace, Namespace old) {
    return namespace.withSpec(old.spec()).withStatus(old.status());
  }

  @Override
  public Namespace prepareForSubresourceUpdate(
      Call call, String subresource, Namespace namespace, Namespace old)
      throws InterruptedException {
    return subresource.equals("finalize")
        ? namespace.withStatus(old.status())
        : super.prepareForSubresourceUpdate(call, subresource, namespace, old);
  }

  @Override
  public Namespace markedForDeletion(Namespace namespace) {
    return namespace.withStatus(namespace.status().withPhase("Terminating"));
  }

  @Override
  public boolean mayBeRemoved(Namespace namespace) {
    return namespace.spec().finalizers().isEmpty();
  }
}
