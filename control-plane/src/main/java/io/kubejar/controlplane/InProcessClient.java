package io.kubejar.controlplane;

import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ObjectList;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apiserver.local.LocalApi;
import io.kubejar.apiserver.verbs.PatchRequest;
import io.kubejar.apiserver.verbs.ReadOptions;
import io.kubejar.apiserver.verbs.Watching;
import io.kubejar.apiserver.wire.FieldValidation;
import io.kubejar.client.Client;
import io.kubejar.client.ListOptions;
import io.kubejar.client.Patch;
import io.kubejar.client.Watch;
import io.kubejar.client.WatchOptions;
import java.util.Optional;

/// The API server in this process, as one user sees it. Authorization, admission and validation are
/// those of every request; only the wire is missing.
public record InProcessClient(LocalApi api, CountedRequests requests) implements Client {
  /// A client whose requests nobody counts.
  public InProcessClient(LocalApi api) {
    this(api, CountedRequests.NOT);
  }

  @Override
  public <T extends KubernetesObject> T get(ResourceType<T> type, ObjectKey key)
      throws InterruptedException {
    return requests.counted("GET", 200, () -> api.get(type, key));
  }

  @Override
  public <T extends KubernetesObject> ObjectList<T> list(ResourceType<T> type, ListOptions options)
      throws InterruptedException {
    return requests.counted("GET", 200, () -> api.list(type, read(options)));
  }

  @Override
  public <T extends KubernetesObject> Watch<T> watch(ResourceType<T> type, WatchOptions options)
      throws InterruptedException {
    var read =
        ReadOptions.of(options.namespace(), options.labelSelector(), options.fieldSelector())
            .withResourceVersion(
                options.resourceVersion(), options.sendInitialEvents() ? "NotOlderThan" : "");
    var watching = new Watching(options.sendInitialEvents(), options.allowWatchBookmarks());
    return requests.counted(
        "GET", 200, () -> new InProcessWatch<>(api.watch(type, read, watching)));
  }

  @Override
  public <T extends KubernetesObject> T create(ResourceType<T> type, T object)
      throws InterruptedException {
    return requests.counted("POST", 201, () -> api.create(type, object));
  }

  @Override
  public <T extends KubernetesObject> T update(ResourceType<T> type, T object)
      throws InterruptedException {
    return requests.counted("PUT", 200, () -> api.update(type, object));
  }

  @Override
  public <T extends KubernetesObject> T updateSubresource(
      ResourceType<T> type, T object, String subresource) throws InterruptedException {
    return requests.counted("PUT", 200, () -> api.updateSubresource(type, object, subresource));
  }

  @Override
  public <T extends KubernetesObject> T patch(ResourceType<T> type, ObjectKey key, Patch patch)
      throws InterruptedException {
    var request =
        new PatchRequest(
            typeOf(patch.type()),
            JsonParser.parse(patch.json()),
            patch.force(),
            FieldValidation.STRICT);
    return requests.counted(
        "PATCH",
        200,
        () -> api.patch(type, key, patch.subresource(), request, patch.fieldManager()));
  }

  @Override
  public <T extends KubernetesObject> Optional<T> delete(
      ResourceType<T> type, ObjectKey key, DeleteOptions options) throws InterruptedException {
    return requests.counted("DELETE", 200, () -> api.delete(type, key, options));
  }

  @Override
  public <T extends KubernetesObject> void deleteCollection(
      ResourceType<T> type, ListOptions selection, DeleteOptions options)
      throws InterruptedException {
    requests.counted(
        "DELETE",
        200,
        () -> {
          api.deleteCollection(type, read(selection), options);
          return true;
        });
  }

  @Override
  public Scale scale(ResourceType<?> type, ObjectKey key) throws InterruptedException {
    return api.scale(type, key);
  }

  @Override
  @SuppressWarnings("unchecked") // The subresource answers with the kind that its caller reads.
  public <B extends KubernetesObject, R> R createSubresource(
      ResourceType<?> type, ObjectKey key, String subresource, B body, Codec<R> answer)
      throws InterruptedException {
    return (R)
        requests.counted("POST", 201, () -> api.createSubresource(type, key, subresource, body));
  }

  private static ReadOptions read(ListOptions options) {
    return ReadOptions.of(options.namespace(), options.labelSelector(), options.fieldSelector())
        .withResourceVersion(options.resourceVersion(), options.resourceVersionMatch())
        .withPage(options.limit(), options.continueToken());
  }

  private static PatchRequest.Type typeOf(Patch.Type type) {
    return switch (type) {
      case JSON -> PatchRequest.Type.JSON;
      case MERGE -> PatchRequest.Type.MERGE;
      case STRATEGIC -> PatchRequest.Type.STRATEGIC;
      case APPLY -> PatchRequest.Type.APPLY;
    };
  }
}
