package io.kubejar.controllers.serviceaccount;

import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.client.Client;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;

/// Creates the ServiceAccount `default` in every namespace that lives. The key is the namespace's.
public final class ServiceAccountController implements Component {
  static final String ACCOUNT = "default";
  private static final int WORKERS = 1;

  @Override
  public String name() {
    return "serviceaccount-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var namespaces = runtime.informers().informer(Namespace.RESOURCE);
    var accounts = runtime.informers().informer(ServiceAccount.RESOURCE);
    var reconciler = new CreateDefault(runtime.client(), namespaces, accounts);
    var controller =
        runtime.controller(name(), WORKERS, reconciler).watches(namespaces).requires(accounts);
    accounts.addHandler(
        InformerHandler.changes(
            account ->
                controller.enqueue(ObjectKey.clusterScoped(account.metadata().namespace()))));
  }

  private record CreateDefault(
      Client client, Informer<Namespace> namespaces, Informer<ServiceAccount> accounts)
      implements Reconciler {

    @Override
    public Outcome reconcile(ObjectKey key) throws InterruptedException {
      var namespace = namespaces.find(key);
      if (namespace.isEmpty()
          || namespace.get().metadata().deletionTimestamp() != null
          || accounts.find(new ObjectKey(key.name(), ACCOUNT)).isPresent()) {
        return Outcome.done();
      }
      var account =
          ServiceAccount.EMPTY.withMetadata(
              ObjectMeta.EMPTY.withNamespace(key.name()).withName(ACCOUNT));
      try {
        client.create(ServiceAccount.RESOURCE, account);
      } catch (ApiException refused) {
        if (!refused.isAlreadyExists() && !refused.isNamespaceTerminating()) {
          throw refused;
        }
      }
      return Outcome.done();
    }
  }
}
