package io.kubejar.controllers.resourcequota;

import io.kubejar.api.core.v1.ResourceQuota;
import io.kubejar.api.core.v1.ResourceQuotaStatus;
import io.kubejar.api.quota.Amounts;
import io.kubejar.api.quota.Scopes;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.client.Client;
import io.kubejar.client.Informer;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import io.kubejar.controllers.resourcequota.LimitedKinds.Limited;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Counts what the objects of a namespace use and writes it into the status of its quota.
final class ResourceQuotaReconciler implements Reconciler {
  /// What was charged for objects that were never stored is found out at the latest then.
  private static final Duration RESYNC = Duration.ofMinutes(5);

  private final Client client;
  private final Informer<ResourceQuota> quotas;
  private final LimitedKinds kinds;

  ResourceQuotaReconciler(Client client, Informer<ResourceQuota> quotas, LimitedKinds kinds) {
    this.client = client;
    this.quotas = quotas;
    this.kinds = kinds;
  }

  @Override
  public Outcome reconcile(ObjectKey key) throws InterruptedException {
    var found = quotas.find(key);
    if (found.isEmpty()) {
      return Outcome.done();
    }
    var quota = found.get();
    var wanted = status(quota);
    var now = quota.status();
    boolean same =
        Amounts.same(wanted.hard(), now.hard()) && Amounts.same(wanted.used(), now.used());
    if (!same) {
      client.updateStatus(ResourceQuota.RESOURCE, quota.withStatus(wanted));
    }
    return Outcome.checkAgain(RESYNC, "usage may have been charged for nothing");
  }

  /// What nobody can count keeps the usage that it had.
  private ResourceQuotaStatus status(ResourceQuota quota) {
    var hard = quota.spec().hard();
    var used = new TreeMap<>(quota.status().used());
    for (var each : kinds.known()) {
      var names = each.evaluator().tracked(hard.keySet());
      if (!names.isEmpty()) {
        used.putAll(usage(quota, each, names));
      }
    }
    return quota.status().withHard(hard).withUsed(Amounts.only(used, hard.keySet()));
  }

  private static <T extends KubernetesObject> Map<String, Quantity> usage(
      ResourceQuota quota, Limited<T> kind, Set<String> names) {
    Map<String, Quantity> total = new TreeMap<>();
    names.forEach(name -> total.put(name, Quantity.ZERO));
    for (var object : kind.informer().inNamespace(quota.metadata().namespace())) {
      if (Scopes.include(quota, kind.evaluator(), object)) {
        kind.evaluator()
            .usage(object)
            .forEach((name, amount) -> total.computeIfPresent(name, (_, sum) -> sum.add(amount)));
      }
    }
    return total;
  }
}
