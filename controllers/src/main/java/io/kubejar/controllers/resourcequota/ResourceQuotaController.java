package io.kubejar.controllers.resourcequota;

import io.kubejar.api.BuiltInResources;
import io.kubejar.api.core.v1.ResourceQuota;
import io.kubejar.api.quota.Amounts;
import io.kubejar.api.quota.Evaluator;
import io.kubejar.api.quota.Evaluators;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

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
    var limited = limited(runtime);
    var reconciler = new ResourceQuotaReconciler(runtime.client(), quotas, limited);
    var controller = runtime.controller(name(), WORKERS, reconciler);
    quotas.addHandler(new QuotaChanges(controller));
    controller.requires(quotas);
    for (var each : limited) {
      controller.requires(each.informer());
      each.addHandler(quotas, controller);
    }
  }

  private static List<Limited<?>> limited(ComponentRuntime runtime) {
    var evaluators = new Evaluators(runtime.clock());
    var kinds = new LinkedHashMap<String, Limited<?>>();
    for (var type : BuiltInResources.all()) {
      if (type.namespaced()
          && type.allows("list")
          && type.allows("watch")
          && !Evaluators.ignores(type.groupResource())) {
        kinds.computeIfAbsent(
            type.groupResource().toString(), _ -> Limited.of(type, runtime, evaluators));
      }
    }
    return new ArrayList<>(kinds.values());
  }

  /// A kind that quotas can limit.
  record Limited<T extends KubernetesObject>(Informer<T> informer, Evaluator evaluator) {
    static <T extends KubernetesObject> Limited<T> of(
        ResourceType<T> type, ComponentRuntime runtime, Evaluators evaluators) {
      return new Limited<>(runtime.informers().informer(type), evaluators.of(type.groupResource()));
    }

    void addHandler(Informer<ResourceQuota> quotas, Controller controller) {
      informer.addHandler(new Releases<>(evaluator, quotas, controller));
    }
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
          .filter(quota -> !evaluator.tracked(quota.spec().hard().keySet()).isEmpty())
          .forEach(quota -> controller.enqueue(ObjectKey.of(quota)));
    }
  }
}
