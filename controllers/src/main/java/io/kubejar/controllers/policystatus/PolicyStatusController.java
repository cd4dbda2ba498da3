package io.kubejar.controllers.policystatus;

import io.kubejar.api.admissionregistration.v1.TypeChecking;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Client;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;

/// Writes into the status of every ValidatingAdmissionPolicy what its author should know of its
/// expressions. A policy is looked at once for each of its generations.
public final class PolicyStatusController implements Component {
  private static final int WORKERS = 5;

  @Override
  public String name() {
    return "validatingadmissionpolicy-status-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var policies = runtime.informers().informer(ValidatingAdmissionPolicy.RESOURCE);
    var definitions = runtime.informers().informer(CustomResourceDefinition.RESOURCE);
    var checker = new TypeChecker(new KnownTypes(definitions));
    var controller =
        runtime
            .controller(name(), WORKERS, new Check(runtime.client(), policies, checker))
            .requires(policies, definitions);
    policies.addHandler(
        InformerHandler.changes(policy -> controller.enqueue(ObjectKey.of(policy))));
  }

  private record Check(
      Client client, Informer<ValidatingAdmissionPolicy> policies, TypeChecker checker)
      implements Reconciler {
    @Override
    public Outcome reconcile(ObjectKey key) throws InterruptedException {
      var found = policies.find(key);
      if (found.isEmpty()) {
        return Outcome.done();
      }
      var policy = found.get();
      long generation = policy.metadata().generation();
      if (generation > policy.status().observedGeneration()) {
        var checked = TypeChecking.EMPTY.withExpressionWarnings(checker.check(policy));
        client.updateStatus(
            ValidatingAdmissionPolicy.RESOURCE,
            policy.withStatus(
                policy.status().withObservedGeneration(generation).withTypeChecking(checked)));
      }
      return Outcome.done();
    }
  }
}
