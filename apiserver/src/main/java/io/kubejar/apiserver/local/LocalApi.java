package io.kubejar.apiserver.local;

import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ObjectList;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.Attributes;
import io.kubejar.apiserver.authz.Authorizer;
import io.kubejar.apiserver.authz.Selectors;
import io.kubejar.apiserver.cache.ObjectWatch;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.request.Refusals;
import io.kubejar.apiserver.subresources.Action;
import io.kubejar.apiserver.subresources.Actions;
import io.kubejar.apiserver.verbs.PatchRequest;
import io.kubejar.apiserver.verbs.ReadOptions;
import io.kubejar.apiserver.verbs.ResourceVerbs;
import io.kubejar.apiserver.verbs.Resources;
import io.kubejar.apiserver.verbs.Watching;
import java.util.Optional;

/// The API as one user in the same process sees it. Objects are shared, not copied, and nothing is
/// serialised.
///
/// Every call runs to its end on the caller's thread. On a [io.kubejar.storage.MemoryStore] no call
/// ever waits for another thread, so a simulation can run everything on one.
public final class LocalApi {
  private static final String BY_NAME = "metadata.name=";

  private final Resources resources;
  private final Actions actions;
  private final Authorizer authorizer;
  private final UserInfo user;
  private final String manager;

  /// @param manager the field manager of this user's writes
  public LocalApi(
      Resources resources, Actions actions, Authorizer authorizer, UserInfo user, String manager) {
    this.resources = resources;
    this.actions = actions;
    this.authorizer = authorizer;
    this.user = user;
    this.manager = manager;
  }

  public UserInfo user() {
    return user;
  }

  public <T extends KubernetesObject> T get(ResourceType<T> type, ObjectKey key)
      throws InterruptedException {
    return allowed(type, "get", key, "").get(key);
  }

  public <T extends KubernetesObject> ObjectList<T> list(ResourceType<T> type, ReadOptions options)
      throws InterruptedException {
    return allowed(type, "list", options).list(options).toList();
  }

  /// Opens a watch; the caller closes it. [ObjectWatch#poll] never blocks,
  /// [ObjectWatch#onAvailable] tells when to poll again.
  public <T extends KubernetesObject> ObjectWatch<T> watch(
      ResourceType<T> type, ReadOptions options, Watching watching) throws InterruptedException {
    return allowed(type, "watch", options).watch(options, watching);
  }

  /// Creates the object in the namespace that its metadata names.
  public <T extends KubernetesObject> T create(ResourceType<T> type, T object)
      throws InterruptedException {
    var namespace = object.metadata().namespace();
    if (type.namespaced() && namespace.isEmpty()) {
      throw ApiException.badRequest("an empty namespace may not be set during creation");
    }
    // Upstream authorizes creations without the name too: it may still be generated.
    return allowed(type, "create", new ObjectKey(namespace, ""), "")
        .create(call(), namespace, object);
  }

  public <T extends KubernetesObject> T update(ResourceType<T> type, T object)
      throws InterruptedException {
    return updateSubresource(type, object, "");
  }

  /// Replaces what a subresource of the same kind covers; empty for the object itself.
  public <T extends KubernetesObject> T updateSubresource(
      ResourceType<T> type, T object, String subresource) throws InterruptedException {
    var key = ObjectKey.of(object);
    return allowed(type, "update", key, subresource)
        .update(call(), key, subresource, object)
        .object();
  }

  /// Changes the object as the patch says; `fieldManager` empty means this user's own.
  public <T extends KubernetesObject> T patch(
      ResourceType<T> type,
      ObjectKey key,
      String subresource,
      PatchRequest patch,
      String fieldManager)
      throws InterruptedException {
    var verbs = allowed(type, "patch", key, subresource);
    var call = fieldManager.isEmpty() ? call() : call().withFieldManager(fieldManager);
    return verbs.patch(call, key, subresource, patch).object();
  }

  /// Deletes the object. Answers with it as long as it lingers, empty once it is gone.
  public <T extends KubernetesObject> Optional<T> delete(
      ResourceType<T> type, ObjectKey key, DeleteOptions options) throws InterruptedException {
    var written = allowed(type, "delete", key, "").delete(call(), key, options);
    return written.removed() ? Optional.empty() : Optional.of(written.object());
  }

  public <T extends KubernetesObject> void deleteCollection(
      ResourceType<T> type, ReadOptions selection, DeleteOptions options)
      throws InterruptedException {
    allowed(type, "deletecollection", selection).deleteCollection(call(), selection, options);
  }

  /// How many replicas an object wants.
  public Scale scale(ResourceType<?> type, ObjectKey key) throws InterruptedException {
    return scaleOf(allowed(type, "get", key, "scale"), key);
  }

  private static <T extends KubernetesObject> Scale scaleOf(ResourceVerbs<T> verbs, ObjectKey key)
      throws InterruptedException {
    if (verbs.type().subresource("scale").isEmpty()) {
      throw ApiException.nothingThere();
    }
    return verbs.strategy().scale(verbs.get(key));
  }

  /// Posts to a subresource with a kind of its own. The answer is a `Status` or an object.
  public Object createSubresource(
      ResourceType<?> type, ObjectKey key, String subresource, KubernetesObject body)
      throws InterruptedException {
    allowed(type, "create", key, subresource);
    var action =
        actions
            .find(type, subresource)
            .orElseThrow(() -> ApiException.methodNotAllowed(type.groupResource(), "create"));
    return perform(action, new Actions.Target(type, subresource, key), body);
  }

  @SuppressWarnings("unchecked") // A body of another type fails inside, as a bug of the caller.
  private <B extends KubernetesObject> Object perform(
      Action<B> action, Actions.Target target, KubernetesObject body) throws InterruptedException {
    return actions.perform(action, target, call(), (B) body);
  }

  private Call call() {
    return Call.by(user, manager);
  }

  /// As over HTTP, a selection counts: who may see one object, or those of one node, may ask for
  /// them.
  private <T extends KubernetesObject> ResourceVerbs<T> allowed(
      ResourceType<T> type, String verb, ReadOptions selection) {
    var selector = selection.fieldSelector();
    boolean ofOne = selector.startsWith(BY_NAME) && !selector.contains(",");
    var name = ofOne ? selector.substring(BY_NAME.length()) : selection.name();
    var key = new ObjectKey(selection.namespace(), name);
    return allowed(
        type,
        attributes(type, verb, key, "")
            .withSelectors(Selectors.parse(selector, selection.labelSelector())));
  }

  private <T extends KubernetesObject> ResourceVerbs<T> allowed(
      ResourceType<T> type, String verb, ObjectKey key, String subresource) {
    return allowed(type, attributes(type, verb, key, subresource));
  }

  private <T extends KubernetesObject> ResourceVerbs<T> allowed(
      ResourceType<T> type, Attributes attributes) {
    Refusals.require(authorizer, attributes);
    return resources.of(type);
  }

  private Attributes attributes(
      ResourceType<?> type, String verb, ObjectKey key, String subresource) {
    return new Attributes(
        user,
        verb,
        key.namespace(),
        type.gvk().group(),
        type.gvk().version(),
        type.plural(),
        subresource,
        key.name(),
        true,
        "");
  }
}
