package io.kubejar;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.client.Client;
import io.kubejar.client.Patch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Applies objects of any kind that the cluster serves.
record Manifests(RunningCluster cluster, Client client) {
  private static final String MANAGER = "kubejar";
  private static final String DEFINITION = "CustomResourceDefinition";

  /// What others need comes first; the rest stays in its order.
  private static final List<String> FIRST = List.of(DEFINITION, "Namespace");

  void apply(String documents) throws InterruptedException {
    var all = flattened(Yaml.parseAll(documents));
    all.sort(Comparator.comparingInt(document -> rank(document.text("kind"))));
    for (var document : all) {
      var object = Unstructured.of(document);
      if (StageKind.isMissing(object, cluster.controlPlane())) {
        apply(StageKind.DEFINITION);
      }
      apply(object, JsonPrinter.print(document));
      if (object.kind().equals(DEFINITION)) {
        cluster.conductor().settle(); // The next document may be of the new kind.
      }
    }
  }

  private static int rank(String kind) {
    int place = FIRST.indexOf(kind);
    return place < 0 ? FIRST.size() : place;
  }

  private void apply(Unstructured object, String json) throws InterruptedException {
    var type = typeOf(object);
    var namespace = object.metadata().namespace();
    var key =
        type.namespaced()
            ? new ObjectKey(namespace.isEmpty() ? "default" : namespace, object.metadata().name())
            : ObjectKey.clusterScoped(object.metadata().name());
    client.patch(type, key, Patch.apply(json, MANAGER, true));
  }

  private ResourceType<?> typeOf(Unstructured object) {
    var kind = GroupVersionKind.parse(object.apiVersion(), object.kind());
    return cluster
        .controlPlane()
        .served(kind)
        .orElseThrow(
            () ->
                ApiException.badRequest(
                    "no such kind is served: "
                        + kind
                        + "; apply its CustomResourceDefinition first"));
  }

  /// Lists stand for what is in them, empty documents for nothing.
  private static List<JsonObject> flattened(List<JsonValue> documents) {
    var all = new ArrayList<JsonObject>();
    for (var document : documents) {
      if (document instanceof JsonObject object) {
        if (object.text("kind").endsWith("List") && object.has("items")) {
          all.addAll(flattened(object.list("items")));
        } else {
          all.add(object);
        }
      }
    }
    return all;
  }
}
