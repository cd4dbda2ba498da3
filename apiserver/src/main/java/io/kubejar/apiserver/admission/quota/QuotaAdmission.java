package io.kubejar.apiserver.admission.quota;

import io.kubejar.api.core.v1.ResourceQuota;
import io.kubejar.api.quota.Amounts;
import io.kubejar.api.quota.Evaluator;
import io.kubejar.api.quota.Evaluators;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.registry.Change;
import io.kubejar.apiserver.registry.Registry;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// Refuses what would use more than a quota of its namespace allows, and charges what it lets
/// through to the quota's status.
///
/// Every quota is charged by compare-and-set, so that no two requests can use the same rest. If the
/// object is not stored after all, the controller finds the true usage again, as upstream.
public final class QuotaAdmission implements AdmissionPlugin {
  /// Requests of one namespace take turns; so many namespaces are served at the same time.
  private static final int LOCKS = 64;

  private final Registry<ResourceQuota> quotas;
  private final Evaluators evaluators;
  private final List<LimitedResource> limited;
  private final List<Lock> locks =
      Stream.generate(ReentrantLock::new).limit(LOCKS).map(Lock.class::cast).toList();

  /// A quota that the request concerns, and what is to be charged to it.
  private record Charge(ObjectKey quota, Map<String, Quantity> amounts) {}

  /// @param limited what must not be used without a quota for it
  public QuotaAdmission(
      Registry<ResourceQuota> quotas, InstantSource clock, List<LimitedResource> limited) {
    this.quotas = quotas;
    this.limited = List.copyOf(limited);
    evaluators = new Evaluators(clock);
  }

  @Override
  public void validate(AdmissionRequest request) throws InterruptedException {
    boolean update = request.is(Operation.UPDATE);
    if ((!update && !request.is(Operation.CREATE))
        || request.namespace().isEmpty()
        || request.object() == null
        || Evaluators.ignores(request.resource())) {
      return;
    }
    var evaluator = evaluators.of(request.resource());
    boolean idle = limited.isEmpty() && quotas(request.namespace()).isEmpty();
    if (!counts(evaluator, request) || idle) {
      return;
    }
    var lock = locks.get(Math.floorMod(request.namespace().hashCode(), LOCKS));
    lock.lockInterruptibly();
    try {
      charge(request, evaluator);
    } finally {
      lock.unlock();
    }
  }

  private static boolean counts(Evaluator evaluator, AdmissionRequest request) {
    var now = request.object();
    var old = request.old();
    return evaluator.counts(request.is(Operation.UPDATE), request.subresource())
        || (now != null
            && old != null
            && request.subresource().isEmpty()
            && evaluator.changesScope(old, now));
  }

  private List<ResourceQuota> quotas(String namespace) throws InterruptedException {
    var selection = Selection.<ResourceQuota>namespace(namespace);
    return quotas.currentCache().list(selection).objects().stream().map(Stored::object).toList();
  }

  private void charge(AdmissionRequest request, Evaluator evaluator) throws InterruptedException {
    var decision = new QuotaDecision(request, evaluator);
    var all = quotas(request.namespace());
    var bearing = new LinkedHashMap<ResourceQuota, Map<String, Quantity>>();
    for (var quota : all) {
      var amounts = decision.amounts(quota);
      if (!amounts.isEmpty()) {
        bearing.put(quota, amounts);
      }
    }
    decision.requireLimits(limited, all);
    var charges = new ArrayList<Charge>();
    bearing.forEach(
        (quota, amounts) -> {
          decision.charged(quota, amounts);
          charges.add(new Charge(ObjectKey.of(quota), amounts));
        });
    if (!request.call().dryRun()) {
      charge(decision, charges);
    }
  }

  /// Charges all or none: what was charged is given back if a later quota refuses.
  private void charge(QuotaDecision decision, List<Charge> charges) throws InterruptedException {
    Deque<Charge> done = new ArrayDeque<>();
    boolean finished = false;
    try {
      for (var charge : charges) {
        update(charge, quota -> decision.charged(quota, charge.amounts()));
        done.push(charge);
      }
      finished = true;
    } finally {
      while (!finished && !done.isEmpty()) {
        giveBack(done.pop());
      }
    }
  }

  private void giveBack(Charge charge) throws InterruptedException {
    update(
        charge,
        quota ->
            quota.withStatus(
                quota
                    .status()
                    .withUsed(Amounts.subtract(quota.status().used(), charge.amounts()))));
  }

  private interface Charging {
    ResourceQuota apply(ResourceQuota quota);
  }

  /// A quota that is gone limits nothing.
  private void update(Charge charge, Charging charging) throws InterruptedException {
    try {
      quotas.update(
          charge.quota(),
          false,
          current ->
              new Change.Put<>(
                  charging.apply(current.orElseThrow(() -> quotas.notFound(charge.quota())))));
    } catch (ApiException refused) {
      if (!refused.isNotFound()) {
        throw refused;
      }
    }
  }
}
