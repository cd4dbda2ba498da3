package io.kubejar.apimachinery.schema;

import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.schema.TypeSchema.Struct;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The types of all groups and versions that are built in. A group's types are read when the first
/// of them is asked for.
public final class Schemas {
  private static final String FOLDER = "kubejar/schema/";
  private static final String INDEX = "index";
  private static final Schemas BUILT_IN = new Schemas(Schemas::resource);

  private final Function<String, Optional<byte[]>> files;
  private final Map<String, Map<String, Struct>> byGroupVersion = new ConcurrentHashMap<>();

  /// Types read from these files: `index` and `<group>/<version>.json`.
  Schemas(Function<String, Optional<byte[]>> files) {
    this.files = files;
  }

  /// The types on the class path.
  public static Schemas builtIn() {
    return BUILT_IN;
  }

  /// The built-in type of this kind.
  public static Optional<Struct> of(GroupVersionKind kind) {
    return BUILT_IN.find(kind);
  }

  public Optional<Struct> find(GroupVersionKind kind) {
    return find(groupVersion(kind.group(), kind.version()), kind.kind());
  }

  /// The type of this name in a group and version, such as `core/v1` and `Container`.
  public Optional<Struct> find(String groupVersion, String name) {
    var types = byGroupVersion.get(groupVersion);
    if (types == null) {
      // Outside of the map's own computing: reading a type may ask for types of other groups.
      types = read(groupVersion);
      byGroupVersion.putIfAbsent(groupVersion, types);
      types = byGroupVersion.getOrDefault(groupVersion, types);
    }
    return Optional.ofNullable(types.get(name));
  }

  /// All groups and versions that have types, such as `core/v1`.
  public Set<String> groupVersions() {
    var names = new LinkedHashSet<String>();
    files
        .apply(INDEX)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .ifPresent(
            text -> text.lines().map(String::strip).filter(s -> !s.isEmpty()).forEach(names::add));
    return names;
  }

  private Map<String, Struct> read(String groupVersion) {
    var bytes = files.apply(groupVersion + ".json");
    if (bytes.isEmpty()) {
      return Map.of();
    }
    if (!(JsonParser.parse(bytes.get()) instanceof JsonObject document)) {
      throw new IllegalStateException("The schema of " + groupVersion + " is no object");
    }
    return SchemaDocument.read(groupVersion, document, this);
  }

  private static String groupVersion(String group, String version) {
    return (group.isEmpty() ? "core" : group) + "/" + version;
  }

  private static Optional<byte[]> resource(String name) {
    return name.equals(INDEX) ? Optional.of(indexes()) : file(FOLDER + name);
  }

  private static Optional<byte[]> file(String name) {
    try (@Nullable InputStream in = Schemas.class.getClassLoader().getResourceAsStream(name)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /// Several modules describe types, each with an index of its own.
  private static byte[] indexes() {
    var all = new ByteArrayOutputStream();
    try {
      for (var url :
          Collections.list(Schemas.class.getClassLoader().getResources(FOLDER + INDEX))) {
        try (var in = url.openStream()) {
          in.transferTo(all);
          all.write('\n');
        }
      }
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    return all.toByteArray();
  }
}
