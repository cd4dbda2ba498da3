package io.kubejar.apigenerator;

import io.kubejar.apigenerator.SchemaType.SchemaResource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Writes the table of all served resources.
///
/// It must not initialise the types it names: that would load half of the API at every start.
/// Therefore it holds the facts itself, and codecs that look for the real ones when they are first
/// used.
final class ResourceTableWriter {
  /// The table's source; the places are for the types and for those whose deletion answers with the
  /// object.
  private static final String TEMPLATE =
      """
      package io.kubejar.api;

      import io.kubejar.apimachinery.Codec;
      import io.kubejar.apimachinery.GroupVersionKind;
      import io.kubejar.apimachinery.GroupVersionResource;
      import io.kubejar.apimachinery.KubernetesObject;
      import io.kubejar.apimachinery.ResourceType;
      import io.kubejar.apimachinery.Subresource;
      import io.kubejar.apimachinery.json.JsonReader;
      import io.kubejar.apimachinery.json.JsonWriter;
      import io.kubejar.apimachinery.protobuf.ProtobufReader;
      import io.kubejar.apimachinery.protobuf.ProtobufWriter;
      import java.util.HashMap;
      import java.util.List;
      import java.util.Map;
      import java.util.Optional;
      import java.util.Set;
      import org.jspecify.annotations.Nullable;

      /// Every resource that the schema says is served.
      public final class BuiltInResources {
        private static final List<ResourceType<?>> ALL =
            List.of(
      %s);
        private static final Map<GroupVersionResource, ResourceType<?>> BY_RESOURCE = new HashMap<>();
        private static final Map<GroupVersionKind, ResourceType<?>> BY_KIND = new HashMap<>();
        private static final Map<Class<?>, ResourceType<?>> BY_TYPE = new HashMap<>();

        static {
          for (var each : ALL) {
            BY_RESOURCE.put(each.gvr(), each);
            BY_KIND.put(each.gvk(), each);
            BY_TYPE.put(each.type(), each);
          }
        }

        private static final Set<String> RETURNS_DELETED = Set.of(
      %s);

        private BuiltInResources() {}

        private static <T extends KubernetesObject> ResourceType<T> type(
            GroupVersionKind kind, List<String> names, List<String> shortNames, List<String> categories,
            boolean namespaced, Set<String> verbs, List<Subresource> subresources, Class<T> type) {
          return new ResourceType<>(
              kind, names.getFirst(), names.getLast(), shortNames, categories, namespaced, verbs, subresources,
              type, new LateCodec<T>(kind));
        }

        public static List<ResourceType<?>> all() { return ALL; }

        public static Optional<ResourceType<?>> find(GroupVersionResource resource) {
          return Optional.ofNullable(BY_RESOURCE.get(resource));
        }

        public static Optional<ResourceType<?>> find(GroupVersionKind kind) {
          return Optional.ofNullable(BY_KIND.get(kind));
        }

        /// The resource of a generated type; each has it as its constant, too.
        @SuppressWarnings("unchecked") // The table has the type beside its resource.
        public static <T extends KubernetesObject> ResourceType<T> of(Class<T> type) {
          var found = BY_TYPE.get(type);
          if (found == null) { throw new IllegalArgumentException("not served: " + type); }
          return (ResourceType<T>) found;
        }

        /// Whether a delete answers with the object as it was, and not with a Status.
        public static boolean returnsDeleted(ResourceType<?> type) {
          return RETURNS_DELETED.contains(type.gvr().apiVersion() + "/" + type.plural());
        }

        /// Loads the codec, and with it the type, when it is first used.
        private static final class LateCodec<T> implements Codec<T> {
          private final GroupVersionKind kind;
          private @Nullable Codec<T> codec; // Racing threads find the same one.

          LateCodec(GroupVersionKind kind) { this.kind = kind; }

          @SuppressWarnings("unchecked") // The kind is that of the type.
          private Codec<T> codec() {
            var found = codec;
            if (found == null) {
              found = (Codec<T>) BuiltInKinds.codec(kind).orElseThrow();
              codec = found;
            }
            return found;
          }

          @Override public String typeName() { return codec().typeName(); }
          @Override public T readJson(JsonReader in) { return codec().readJson(in); }
          @Override public void writeJson(T value, JsonWriter out) { codec().writeJson(value, out); }
          @Override public T readProtobuf(ProtobufReader in) { return codec().readProtobuf(in); }
          @Override public void writeProtobuf(T value, ProtobufWriter out) { codec().writeProtobuf(value, out); }
        }
      }
      """;

  private ResourceTableWriter() {}

  static String write(List<SchemaFile> files) {
    var types = new ArrayList<String>();
    var returnsDeleted = new ArrayList<String>();
    for (var file : files) {
      for (var type : file.types().values()) {
        var resource = type.resource();
        if (resource != null) {
          types.add("          " + resource(type, resource));
          if (resource.returnsDeleted()) {
            returnsDeleted.add("          \"" + file.apiVersion() + "/" + resource.plural() + "\"");
          }
        }
      }
    }
    return TEMPLATE.formatted(String.join(",\n", types), String.join(",\n", returnsDeleted));
  }

  private static String resource(SchemaType type, SchemaResource resource) {
    var subresources =
        resource.subresources().stream()
            .map(
                each ->
                    "new Subresource(%s, %s, %s)"
                        .formatted(
                            JavaNames.literal(each.name()),
                            kind(each.group(), each.version(), each.kind()),
                            collection("Set", each.verbs())))
            .collect(Collectors.joining(", "));
    return "type("
        + String.join(
            ", ",
            kind(type.file().group(), type.file().version(), type.name()),
            collection("List", List.of(resource.plural(), resource.singular())),
            collection("List", resource.shortNames()),
            collection("List", resource.categories()),
            Boolean.toString(resource.namespaced()),
            collection("Set", resource.verbs()),
            "List.of(" + subresources + ")",
            type.file().javaPackage() + "." + type.name() + ".class")
        + ")";
  }

  private static String kind(String group, String version, String kind) {
    return "new GroupVersionKind(" + items(List.of(group, version, kind)) + ")";
  }

  private static String collection(String of, List<String> items) {
    return of + ".of(" + items(items) + ")";
  }

  private static String items(List<String> items) {
    return items.stream().map(JavaNames::literal).collect(Collectors.joining(", "));
  }
}
