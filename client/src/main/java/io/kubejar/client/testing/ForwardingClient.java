package io.kubejar.client.testing;

import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ObjectList;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.client.Client;
import io.kubejar.client.ListOptions;
import io.kubejar.client.Patch;
import io.kubejar.client.Watch;
import io.kubejar.client.WatchOptions;
import java.util.Optional;

/// A client that passes everything on, for tests that change one thing about it.
public class ForwardingClient implements Client {
  private final Client real;

  public ForwardingClient(Client real) {
    this.real = real;
  }

  @Override
  public <T extends KubernetesObject> T get(ResourceType<T> type, ObjectKey key)
      throws InterruptedException {
    return real.get(type, key);
  }

  @Override
  public <T extends KubernetesObject> ObjectList<T> list(ResourceType<T> type, ListOptions options)
      throws InterruptedException {
    return real.list(type, options);
  }

  @Override
  public <T extends KubernetesObject> Watch<T> watch(ResourceType<T> type, WatchOptions options)
      throws InterruptedException {
    return real.watch(type, options);
  }

  @Override
  public <T extends KubernetesObject> T create(ResourceType<T> type, T object)
      throws InterruptedException {
    return real.create(type, object);
  }

  @Override
  public <T extends KubernetesObject> T update(ResourceType<T> type, T object)
      throws InterruptedException {
    return real.update(type, object);
  }

  @Override
  public <T extends KubernetesObject> T updateSubresource(
      ResourceType<T> type, T object, String subresource) throws InterruptedException {
    return real.updateSubresource(type, object, subresource);
  }

  @Override
  public <T extends KubernetesObject> T patch(ResourceType<T> type, ObjectKey key, Patch patch)
      throws InterruptedException {
    return real.patch(type, key, patch);
  }

  @Override
  public <T extends KubernetesObject> Optional<T> delete(
      ResourceType<T> type, ObjectKey key, DeleteOptions options) throws InterruptedException {
    return real.delete(type, key, options);
  }

  @Override
  public <T extends KubernetesObject> void deleteCollection(
      ResourceType<T> type, ListOptions selection, DeleteOptions options)
      throws InterruptedException {
    real.deleteCollection(type, selection, options);
  }

  @Override
  public Scale scale(ResourceType<?> type, ObjectKey key) throws InterruptedException {
    return real.scale(type, key);
  }

  @Override
  public <B extends KubernetesObject, R> R createSubresource(
      ResourceType<?> type, ObjectKey key, String subresource, B body, Codec<R> answer)
      throws InterruptedException {
    return real.createSubresource(type, key, subresource, body, answer);
  }
}
