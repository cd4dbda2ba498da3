package io.kubejar.apiserver;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.local.LocalApi;
import io.kubejar.storage.MemoryStore;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/// An API server on one thread, with a clock that only tests move.
final class World {
  final VirtualClock clock = new VirtualClock();
  final MemoryStore store = new MemoryStore(clock);
  final ApiServer server;
  final LocalApi api;

  World() {
    this(UnaryOperator.identity());
  }

  private World(UnaryOperator<ApiServerOptions> options) {
    server = new ApiServer(options.apply(ApiServerOptions.of(store, clock, new Random(1))));
    api = server.api(UserInfo.of("admin", UserInfo.MASTERS_GROUP), "test");
  }

  static World started() throws InterruptedException {
    return started(UnaryOperator.identity());
  }

  static World started(UnaryOperator<ApiServerOptions> options) throws InterruptedException {
    var world = new World(options);
    world.server.start();
    world.api.create(ServiceAccount.RESOURCE, ServiceAccount.EMPTY.withMetadata(named("default")));
    return world;
  }

  /// Lets everything happen that must not wait for a later time.
  void settle() throws InterruptedException {
    boolean busy = true;
    while (busy) {
      busy = false;
      for (var part : server.parts().values()) {
        busy |= part.step();
      }
    }
  }

  static ObjectMeta named(String name) {
    return ObjectMeta.EMPTY.withNamespace("default").withName(name);
  }

  static Pod pod(String name) {
    var container = Container.EMPTY.withName("c").withImage("busybox");
    return Pod.EMPTY
        .withMetadata(named(name))
        .withSpec(PodSpec.EMPTY.withContainers(List.of(container)));
  }
}
