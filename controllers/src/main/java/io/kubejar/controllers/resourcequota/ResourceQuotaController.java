package io.kubejar.controllers.resourcequota;

import io.kubejar.api.core.v1.ResourceQuota;
import io.kubejar.api.quota.Amounts;
import io.kubejar.api.quota.Evaluator;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import io.kubejar.controllers.resourcequota.LimitedKinds.Limited;

/// Looks at a quota when its limits change and when something that it limits goes away. What comes
/// is charged by admission.
public final class ResourceQuotaController implements Component {
  private static final int WORKERS = 5;

  @Override
  public String name() {
    return "resourcequota-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var quotas = runtime.informers().informer(ResourceQuota.RESOURCE);
    var kinds = new LimitedKinds(runtime);
    var reconciler = new ResourceQuotaReconciler(runtime.client(), quotas, kinds);
    var controller = runtime.controller(name(), WORKERS, reconciler);
    quotas.addHandler(new QuotaChanges(controller));
    controller.requires(quotas);
    for (var each : kinds.builtIn()) {
      controller.requires(each.informer());
      watch(each, quotas, controller);
    }
    kinds.follow(kind -> watchCustom(kind, quotas, controller));
  }

  private static <T extends KubernetesObject> void watch(
      Limited<T> kind, Informer<ResourceQuota> quotas, Controller controller) {
    kind.informer().addHandler(new Releases<>(kind.evaluator(), quotas, controller));
  }

  /// Quotas of a kind that was not served before do not know their usage yet.
  private static void watchCustom(
      Limited<Unstructured> kind, Informer<ResourceQuota> quotas, Controller controller) {
    watch(kind, quotas, controller);
    kind.informer()
        .onSynced(
            () ->
                quotas.list().stream()
                    .filter(quota -> limits(quota, kind.evaluator()))
                    .forEach(quota -> controller.enqueue(ObjectKey.of(quota))));
  }

  private static boolean limits(ResourceQuota quota, Evaluator evaluator) {
    return !evaluator.tracked(quota.spec().hard().keySet()).isEmpty();
  }

  private record QuotaChanges(Controller controller) implements InformerHandler<ResourceQuota> {
    @Override
    public void onAdd(ResourceQuota quota) {
      controller.enqueue(ObjectKey.of(quota));
    }

    @Override
    public void onUpdate(ResourceQuota before, ResourceQuota now) {
      if (!Amounts.same(before.spec().hard(), now.spec().hard())) {
        controller.enqueue(ObjectKey.of(now));
      }
    }

    @Override
    public void onDelete(ResourceQuota quota) {
      // Nothing is limited any more.
    }
  }

  /// Objects that go, and those that use less than before, such as pods that end.
  private record Releases<T extends KubernetesObject>(
      Evaluator evaluator, Informer<ResourceQuota> quotas, Controller controller)
      implements InformerHandler<T> {
    @Override
    public void onAdd(T object) {
      // Charged when it was admitted.
    }

    @Override
    public void onUpdate(T before, T now) {
      if (!quotas.inNamespace(now.metadata().namespace()).isEmpty()
          && !Amounts.same(evaluator.usage(before), evaluator.usage(now))) {
        release(now);
      }
    }

    @Override
    public void onDelete(T object) {
      release(object);
    }

    private void release(T object) {
      quotas.inNamespace(object.metadata().namespace()).stream()
          .filter(quota -> limits(quota, evaluator))
          .forEach(quota -> controller.enqueue(ObjectKey.of(quota)));
    }
  }
}
