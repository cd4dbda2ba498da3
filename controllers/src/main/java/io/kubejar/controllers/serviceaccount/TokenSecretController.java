package io.kubejar.controllers.serviceaccount;

import io.kubejar.api.core.v1.Secret;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.Preconditions;
import io.kubejar.client.Client;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;

/// Deletes token Secrets whose ServiceAccount is gone or was made anew: what they hold must not
/// speak for the new one. The key is the Secret's. (Tokens of today are not kept in Secrets, and
/// none are put there.)
public final class TokenSecretController implements Component {
  static final String TYPE = "kubernetes.io/service-account-token";
  static final String ACCOUNT_NAME = "kubernetes.io/service-account.name";
  static final String ACCOUNT_UID = "kubernetes.io/service-account.uid";
  private static final int WORKERS = 1;

  @Override
  public String name() {
    return "serviceaccount-token-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var secrets = runtime.informers().informer(Secret.RESOURCE);
    var accounts = runtime.informers().informer(ServiceAccount.RESOURCE);
    var reconciler = new DeleteOrphaned(runtime.client(), secrets);
    var controller =
        runtime.controller(name(), WORKERS, reconciler).watches(secrets).requires(accounts);
    accounts.addHandler(
        InformerHandler.changes(
            account ->
                secrets.inNamespace(account.metadata().namespace()).stream()
                    .filter(secret -> secret.type().equals(TYPE))
                    .forEach(secret -> controller.enqueue(ObjectKey.of(secret)))));
  }

  private record DeleteOrphaned(Client client, Informer<Secret> secrets) implements Reconciler {
    @Override
    public Outcome reconcile(ObjectKey key) throws InterruptedException {
      var found = secrets.find(key).filter(secret -> secret.type().equals(TYPE));
      if (found.isEmpty() || found.get().metadata().deletionTimestamp() != null) {
        return Outcome.done();
      }
      var annotations = found.get().metadata().annotations();
      var name = annotations.getOrDefault(ACCOUNT_NAME, "");
      var uid = annotations.getOrDefault(ACCOUNT_UID, "");
      if (name.isEmpty()) {
        return Outcome.done();
      }
      // Asked of the server: the cache may not show a new account yet, and this cannot be undone.
      var account = client.find(ServiceAccount.RESOURCE, new ObjectKey(key.namespace(), name));
      boolean belongs =
          account.isPresent() && (uid.isEmpty() || uid.equals(account.get().metadata().uid()));
      if (!belongs) {
        delete(found.get());
      }
      return Outcome.done();
    }

    private void delete(Secret secret) throws InterruptedException {
      var onlyThis =
          DeleteOptions.EMPTY.withPreconditions(
              Preconditions.EMPTY
                  .withUid(secret.metadata().uid())
                  .withResourceVersion(secret.metadata().resourceVersion()));
      try {
        client.delete(Secret.RESOURCE, ObjectKey.of(secret), onlyThis);
      } catch (ApiException refused) {
        if (!refused.isNotFound()) {
          throw refused;
        }
      }
    }
  }
}
