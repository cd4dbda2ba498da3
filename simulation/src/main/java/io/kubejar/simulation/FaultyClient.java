package io.kubejar.simulation;

import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.apimachinery.ApiException;
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
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// A client whose requests may meet every fault. The faults are asked for anew each time, so they
/// can be ended.
record FaultyClient(Client real, RandomGenerator random, Supplier<Faults> faults)
    implements Client {

  @Override
  public <T extends KubernetesObject> T get(ResourceType<T> type, ObjectKey key)
      throws InterruptedException {
    return read("get " + type, () -> real.get(type, key));
  }

  @Override
  public <T extends KubernetesObject> ObjectList<T> list(ResourceType<T> type, ListOptions options)
      throws InterruptedException {
    return read("list " + type, () -> real.list(type, options));
  }

  @Override
  public <T extends KubernetesObject> Watch<T> watch(ResourceType<T> type, WatchOptions options)
      throws InterruptedException {
    return read(
        "watch " + type, () -> new FaultyWatch<>(real.watch(type, options), random, faults));
  }

  @Override
  public <T extends KubernetesObject> T create(ResourceType<T> type, T object)
      throws InterruptedException {
    return write("create " + type, () -> real.create(type, object));
  }

  @Override
  public <T extends KubernetesObject> T update(ResourceType<T> type, T object)
      throws InterruptedException {
    conflict(type, object);
    return write("update " + type, () -> real.update(type, object));
  }

  @Override
  public <T extends KubernetesObject> T updateSubresource(
      ResourceType<T> type, T object, String subresource) throws InterruptedException {
    conflict(type, object);
    return write(
        "update " + type + "/" + subresource,
        () -> real.updateSubresource(type, object, subresource));
  }

  @Override
  public <T extends KubernetesObject> T patch(ResourceType<T> type, ObjectKey key, Patch patch)
      throws InterruptedException {
    return write("patch " + type, () -> real.patch(type, key, patch));
  }

  @Override
  public <T extends KubernetesObject> Optional<T> delete(
      ResourceType<T> type, ObjectKey key, DeleteOptions options) throws InterruptedException {
    return write("delete " + type, () -> real.delete(type, key, options));
  }

  @Override
  public <T extends KubernetesObject> void deleteCollection(
      ResourceType<T> type, ListOptions selection, DeleteOptions options)
      throws InterruptedException {
    write(
        "deletecollection " + type,
        () -> {
          real.deleteCollection(type, selection, options);
          return true;
        });
  }

  @Override
  public Scale scale(ResourceType<?> type, ObjectKey key) throws InterruptedException {
    return read("scale of " + type, () -> real.scale(type, key));
  }

  @Override
  public <B extends KubernetesObject, R> R createSubresource(
      ResourceType<?> type, ObjectKey key, String subresource, B body, Codec<R> answer)
      throws InterruptedException {
    return write(
        "create " + type + "/" + subresource,
        () -> real.createSubresource(type, key, subresource, body, answer));
  }

  private <R> R read(String what, Request<R> request) throws InterruptedException {
    if (happens(faults.get().lostRequest())) {
      throw ApiException.serviceUnavailable("lost: " + what);
    }
    return request.send();
  }

  private <R> R write(String what, Request<R> request) throws InterruptedException {
    crash("before " + what);
    if (happens(faults.get().lostRequest())) {
      throw ApiException.serviceUnavailable("lost: " + what);
    }
    var answer = request.send();
    crash("after " + what);
    if (happens(faults.get().lostAnswer())) {
      throw ApiException.serviceUnavailable("answer lost: " + what);
    }
    return answer;
  }

  private void conflict(ResourceType<?> type, KubernetesObject object) {
    if (happens(faults.get().conflict())) {
      throw ApiException.modified(type.groupResource(), object.metadata().name());
    }
  }

  private void crash(String at) {
    if (happens(faults.get().crash())) {
      throw new SimulatedCrash(at);
    }
  }

  private boolean happens(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  @FunctionalInterface
  private interface Request<R> {
    R send() throws InterruptedException;
  }
}
