package io.kubejar;

import io.kubejar.ApiRequest.Caller;
import io.kubejar.ApiRequest.Target;
import io.kubejar.Fault.Effect;
import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ObjectList;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.client.Client;
import io.kubejar.client.ListOptions;
import io.kubejar.client.Patch;
import io.kubejar.client.Watch;
import io.kubejar.client.WatchOptions;
import java.util.Optional;

/// A client in this process whose requests are seen, and meet what faults are planned for it.
record ClientTraffic(Client real, Caller caller, Traffic traffic) implements Client {
  private static final int OK = 200;
  private static final int CREATED = 201;

  static Client of(Client real, UserInfo user, String manager, Traffic traffic) {
    return new ClientTraffic(real, new Caller(user.name(), user.groups(), manager, true), traffic);
  }

  @Override
  public <T extends KubernetesObject> T get(ResourceType<T> type, ObjectKey key)
      throws InterruptedException {
    var target = target("get", type, "", key);
    return send(
        target,
        OK,
        begun -> {
          var effect = traffic.meet(begun).orElse(null);
          if (effect instanceof Effect.StaleRead(var revisions)) {
            var stale = StaleReads.object(traffic, target, type.type(), revisions);
            if (stale.isPresent()) {
              return stale.get();
            }
          }
          return real.get(type, key);
        });
  }

  @Override
  public <T extends KubernetesObject> ObjectList<T> list(ResourceType<T> type, ListOptions options)
      throws InterruptedException {
    return send(
        target("list", type, "", in(options.namespace())),
        OK,
        begun ->
            real.list(
                type,
                traffic.meet(begun).orElse(null) instanceof Effect.StaleRead(var revisions)
                    ? StaleReads.past(options, traffic, revisions)
                    : options));
  }

  @Override
  public <T extends KubernetesObject> Watch<T> watch(ResourceType<T> type, WatchOptions options)
      throws InterruptedException {
    return send(
        target("watch", type, "", in(options.namespace())),
        OK,
        begun -> {
          var from =
              traffic.meet(begun).orElse(null) instanceof Effect.ReplayedWatch(var revisions)
                  ? StaleReads.earlier(options, revisions)
                  : options;
          return new FaultyEvents<>(real.watch(type, from), begun, traffic);
        });
  }

  @Override
  public <T extends KubernetesObject> T create(ResourceType<T> type, T object)
      throws InterruptedException {
    return write(
        target("create", type, "", ObjectKey.of(object)), CREATED, () -> real.create(type, object));
  }

  @Override
  public <T extends KubernetesObject> T update(ResourceType<T> type, T object)
      throws InterruptedException {
    return write(
        target("update", type, "", ObjectKey.of(object)), OK, () -> real.update(type, object));
  }

  @Override
  public <T extends KubernetesObject> T updateSubresource(
      ResourceType<T> type, T object, String subresource) throws InterruptedException {
    return write(
        target("update", type, subresource, ObjectKey.of(object)),
        OK,
        () -> real.updateSubresource(type, object, subresource));
  }

  @Override
  public <T extends KubernetesObject> T patch(ResourceType<T> type, ObjectKey key, Patch patch)
      throws InterruptedException {
    return write(
        target("patch", type, patch.subresource(), key), OK, () -> real.patch(type, key, patch));
  }

  @Override
  public <T extends KubernetesObject> Optional<T> delete(
      ResourceType<T> type, ObjectKey key, DeleteOptions options) throws InterruptedException {
    return write(target("delete", type, "", key), OK, () -> real.delete(type, key, options));
  }

  @Override
  public <T extends KubernetesObject> void deleteCollection(
      ResourceType<T> type, ListOptions selection, DeleteOptions options)
      throws InterruptedException {
    write(
        target("deletecollection", type, "", in(selection.namespace())),
        OK,
        () -> {
          real.deleteCollection(type, selection, options);
          return true;
        });
  }

  @Override
  public <B extends KubernetesObject, R> R createSubresource(
      ResourceType<?> type, ObjectKey key, String subresource, B body, Codec<R> answer)
      throws InterruptedException {
    return write(
        target("create", type, subresource, key),
        CREATED,
        () -> real.createSubresource(type, key, subresource, body, answer));
  }

  @Override
  public Scale scale(ResourceType<?> type, ObjectKey key) throws InterruptedException {
    return send(
        target("get", type, "scale", key),
        OK,
        begun -> {
          traffic.carriedOut(traffic.meet(begun));
          return real.scale(type, key);
        });
  }

  private <R> R write(Target target, int success, Write<R> write) throws InterruptedException {
    return send(
        target,
        success,
        begun -> {
          var effect = traffic.meet(begun);
          var answer = write.send();
          traffic.carriedOut(effect);
          return answer;
        });
  }

  private <R> R send(Target target, int success, Call<R> call) throws InterruptedException {
    var begun = traffic.begin(caller, target);
    int code = 500;
    try {
      var answer = call.send(begun);
      code = success;
      return answer;
    } catch (ApiException refused) {
      code = refused.code();
      throw refused;
    } finally {
      traffic.end(begun, code);
    }
  }

  private static ObjectKey in(String namespace) {
    return new ObjectKey(namespace, "");
  }

  private static Target target(
      String verb, ResourceType<?> type, String subresource, ObjectKey key) {
    return new Target(
        verb,
        type.gvk().group(),
        type.gvk().version(),
        type.plural(),
        subresource,
        key.namespace(),
        key.name(),
        "");
  }

  @FunctionalInterface
  private interface Call<R> {
    R send(Traffic.Begun begun) throws InterruptedException;
  }

  @FunctionalInterface
  private interface Write<R> {
    R send() throws InterruptedException;
  }
}
