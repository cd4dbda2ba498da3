package io.kubejar.junit;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;

/// The one class that knows the fabric8 client. It is loaded when a test asks for one, so nobody
/// else may name a type of that library.
final class Fabric8Clients {
  private Fabric8Clients() {}

  static Object config(String kubeconfig) {
    return Config.fromKubeconfig(kubeconfig);
  }

  static AutoCloseable client(String kubeconfig) {
    KubernetesClient client =
        new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeconfig)).build();
    return client;
  }
}
