package io.kubejar.apiserver.discovery;

import io.kubejar.api.BuiltInResources;
import io.kubejar.api.openapi.OpenApi;
import io.kubejar.api.openapi.SwaggerPart;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.GroupVersionResource;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.structural.PublishedSchema;
import io.kubejar.apiserver.verbs.ResourceVerbs;
import io.kubejar.apiserver.verbs.Resources;
import io.kubejar.http.pki.Keys;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// The OpenAPI documents of custom resources, as of what is served now. A document is made anew
/// only if a resource in it has changed.
final class CustomDocuments {
  private final OpenApi documents;
  private final Resources resources;
  private final Map<String, Document> made = new ConcurrentHashMap<>();

  private final Map<GroupVersionResource, Contribution> contributed = new ConcurrentHashMap<>();

  private record Contribution(ResourceVerbs<?> of, SwaggerPart part) {}

  private record Document(List<ResourceVerbs<?>> of, Bytes body, String hash) {}

  CustomDocuments(OpenApi documents, Resources resources) {
    this.documents = documents;
    this.resources = resources;
  }

  /// The paths of the documents of version 3, with their hashes. Groups and versions that have
  /// built-in resources too are not among them.
  Map<String, String> hashes() {
    var byPath = byPath(resources.served());
    made.keySet().retainAll(byPath.keySet());
    var hashes = new TreeMap<String, String>();
    byPath.forEach((path, custom) -> hashes.put(path, document(path, custom).hash));
    return hashes;
  }

  Optional<byte[]> v3(String path) {
    return Optional.ofNullable(byPath(resources.served()).get(path))
        .map(custom -> document(path, custom).body.toArray());
  }

  private static Map<String, List<ResourceVerbs<?>>> byPath(Resources.Served served) {
    var byPath = new TreeMap<String, List<ResourceVerbs<?>>>();
    for (var resource : served.all()) {
      if (resource.strategy().published().isPresent()) {
        byPath
            .computeIfAbsent(OpenApi.path(resource.type().gvk()), _ -> new ArrayList<>())
            .add(resource);
      }
    }
    BuiltInResources.all().forEach(type -> byPath.remove(OpenApi.path(type.gvk())));
    return byPath;
  }

  private Document document(String path, List<ResourceVerbs<?>> custom) {
    var known = made.get(path);
    if (known != null && known.of.equals(custom)) {
      return known;
    }
    var schemas = new TreeMap<String, JsonObject>();
    for (var resource : custom) {
      var kind = resource.strategy().published().orElseThrow();
      schemas.put(OpenApi.customDefinition(kind.kind()), PublishedSchema.v3(kind));
    }
    var body = JsonPrinter.printUtf8(documents.v3Custom(types(custom), schemas));
    var document =
        new Document(custom, Bytes.wrap(body), Keys.fingerprint(body).toUpperCase(Locale.ROOT));
    made.put(path, document); // Two at once make the same.
    return document;
  }

  private static List<ResourceType<?>> types(List<ResourceVerbs<?>> resources) {
    var types = new ArrayList<ResourceType<?>>();
    resources.forEach(resource -> types.add(resource.type()));
    return types;
  }

  /// Grows whenever the documents may have changed.
  long generation() {
    return resources.served().generation();
  }

  /// What all resources contribute to the document of version 2: the built-in ones first, and each
  /// custom one for itself.
  List<SwaggerPart> v2() {
    var parts = new ArrayList<SwaggerPart>();
    parts.add(documents.v2());
    var served = new HashSet<GroupVersionResource>();
    for (var resource : resources.served().all()) {
      resource
          .strategy()
          .published()
          .ifPresent(
              kind -> {
                served.add(resource.type().gvr());
                parts.add(part(resource, kind));
              });
    }
    contributed.keySet().retainAll(served);
    return parts;
  }

  private SwaggerPart part(ResourceVerbs<?> resource, PublishedSchema.Kind kind) {
    var known = contributed.get(resource.type().gvr());
    if (known != null && known.of.equals(resource)) {
      return known.part;
    }
    var part = documents.v2Custom(resource.type(), PublishedSchema.v2(kind));
    contributed.put(resource.type().gvr(), new Contribution(resource, part));
    return part;
  }
}
