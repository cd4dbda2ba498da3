package io.kubejar.client;

import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The paths and queries of requests.
final class RequestPaths {
  private RequestPaths() {}

  static String collection(ResourceType<?> type, String namespace) {
    var gvk = type.gvk();
    var base = gvk.group().isEmpty() ? "/api/" + gvk.version() : "/apis/" + gvk.apiVersion();
    var within =
        type.namespaced() && !namespace.isEmpty() ? "/namespaces/" + segment(namespace) : "";
    return base + within + "/" + type.plural();
  }

  static String object(ResourceType<?> type, ObjectKey key, String subresource) {
    if (key.name().isEmpty()) {
      throw new IllegalArgumentException("an object without a name: " + type);
    }
    var path = collection(type, key.namespace()) + "/" + segment(key.name());
    return subresource.isEmpty() ? path : path + "/" + subresource;
  }

  static String query(ListOptions options) {
    var query = new Query();
    query.add("labelSelector", options.labelSelector());
    query.add("fieldSelector", options.fieldSelector());
    query.add("limit", options.limit() == 0 ? "" : Long.toString(options.limit()));
    query.add("continue", options.continueToken());
    query.add("resourceVersion", options.resourceVersion());
    query.add("resourceVersionMatch", options.resourceVersionMatch());
    return query.text();
  }

  static String query(WatchOptions options) {
    var query = new Query();
    query.add("watch", "true");
    query.add("labelSelector", options.labelSelector());
    query.add("fieldSelector", options.fieldSelector());
    query.add("resourceVersion", options.resourceVersion());
    query.add("allowWatchBookmarks", options.allowWatchBookmarks() ? "true" : "");
    if (options.sendInitialEvents()) {
      query.add("sendInitialEvents", "true");
      query.add("resourceVersionMatch", "NotOlderThan");
    }
    query.add(
        "timeoutSeconds",
        options.timeoutSeconds() == 0 ? "" : Integer.toString(options.timeoutSeconds()));
    return query.text();
  }

  static String query(Patch patch) {
    var query = new Query();
    query.add("fieldManager", patch.fieldManager());
    query.add("force", patch.force() ? "true" : "");
    return query.text();
  }

  private static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static final class Query {
    private final List<String> parts = new ArrayList<>();

    void add(String name, String value) {
      if (!value.isEmpty()) {
        parts.add(name + "=" + segment(value));
      }
    }

    String text() {
      return parts.isEmpty() ? "" : "?" + String.join("&", parts);
    }
  }
}
