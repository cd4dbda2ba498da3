package io.kubejar.apiserver;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apiserver.cache.WatchItem;
import io.kubejar.apiserver.verbs.ReadOptions;
import io.kubejar.apiserver.verbs.Watching;
import java.nio.charset.StandardCharsets;

/// Makes definitions on a running server and waits until their resources are served.
final class DefinedKinds {
  private DefinedKinds() {}

  static CustomResourceDefinition parse(String yaml) {
    return CustomResourceDefinition.CODEC.fromTree(
        Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8)));
  }

  static void define(TestServer server, String yaml) throws InterruptedException {
    var api = server.admin();
    var created = api.create(CustomResourceDefinition.RESOURCE, parse(yaml));
    var one =
        ReadOptions.of("", "", "metadata.name=" + created.metadata().name())
            .withResourceVersion(created.metadata().resourceVersion(), "");
    try (var watch =
        api.watch(CustomResourceDefinition.RESOURCE, one, new Watching(false, false))) {
      while (true) {
        if (watch.take().orElseThrow()
                instanceof WatchItem.Change<CustomResourceDefinition>(_, var changed)
            && isEstablished(changed.object())) {
          return;
        }
      }
    }
  }

  private static boolean isEstablished(CustomResourceDefinition definition) {
    return definition.status().conditions().stream()
        .anyMatch(
            condition ->
                condition.type().equals("Established") && condition.status().equals("True"));
  }
}
