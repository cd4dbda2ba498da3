package io.kubejar.apigenerator;

import java.util.List;

/// Writes the table of all served resources.
final class ResourceTableWriter {

  private ResourceTableWriter() {}

  static String write(List<SchemaFile> files) {
    var out = new StringBuilder();
    var returnsDeleted = new StringBuilder();
    for (var file : files) {
      for (var type : file.types().values()) {
        if (type.resource() != null) {
          if (type.resource().returnsDeleted()) {
            returnsDeleted
                .append(returnsDeleted.isEmpty() ? "" : ",\n")
                .append("          \"")
                .append(file.apiVersion())
                .append('/')
                .append(type.resource().plural())
                .append('"');
          }
          out.append(out.isEmpty() ? "" : ",\n")
              .append("          ")
              .append(file.javaPackage())
              .append('.')
              .append(type.name())
              .append(".RESOURCE");
        }
      }
    }
    return """
    package io.kubejar.api;

    import io.kubejar.apimachinery.GroupVersionKind;
    import io.kubejar.apimachinery.GroupVersionResource;
    import io.kubejar.apimachinery.ResourceType;
    import java.util.LinkedHashMap;
    import java.util.List;
    import java.util.Map;
    import java.util.Optional;
    import java.util.Set;

    /// Every resource that the schema says is served.
    public final class BuiltInResources {
      private static final List<ResourceType<?>> ALL =
          List.of(
    %s);
      private static final Map<GroupVersionResource, ResourceType<?>> BY_RESOURCE =
          new LinkedHashMap<>();
      private static final Map<GroupVersionKind, ResourceType<?>> BY_KIND =
          new LinkedHashMap<>();

      static {
        for (var each : ALL) {
          BY_RESOURCE.put(each.gvr(), each);
          BY_KIND.put(each.gvk(), each);
        }
      }

      private static final Set<String> RETURNS_DELETED = Set.of(
    %s);

      private BuiltInResources() {}

      /// Whether a delete answers with the object as it was, and not with a Status.
      public static boolean returnsDeleted(ResourceType<?> type) {
        return RETURNS_DELETED.contains(type.gvr().apiVersion() + "/" + type.plural());
      }

      public static List<ResourceType<?>> all() { return ALL; }

      public static Optional<ResourceType<?>> find(GroupVersionResource resource) {
        return Optional.ofNullable(BY_RESOURCE.get(resource));
      }

      public static Optional<ResourceType<?>> find(GroupVersionKind kind) {
        return Optional.ofNullable(BY_KIND.get(kind));
      }
    }
    """
        .formatted(out, returnsDeleted);
  }
}
