package io.kubejar.apigenerator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Generates the sources of one module: `--schema DIR --java DIR --resources DIR [--with DIR]`,
/// where the last one holds the schema of the module below, which only the tables name.
///
/// Files that would not change are left alone, so that nothing is compiled again for nothing; files
/// of types that no longer exist are removed.
public final class Main {

  private Main() {}

  public static void main(String[] args) throws IOException {
    var options = options(args);
    var own = schema(Path.of(options.getOrDefault("--schema", "")));
    var all = new ArrayList<SchemaFile>();
    if (options.containsKey("--with")) {
      all.addAll(schema(Path.of(options.getOrDefault("--with", ""))));
    }
    boolean isTop = !all.isEmpty();
    all.addAll(own);
    replace(Path.of(options.getOrDefault("--java", "")), sources(own, isTop ? all : List.of()));
    replace(
        Path.of(options.getOrDefault("--resources", "")).resolve("kubejar/schema"),
        resources(own, all, isTop));
  }

  /// @param all what the tables name; empty for a module without tables
  private static Map<String, String> sources(List<SchemaFile> own, List<SchemaFile> all) {
    var sources = new HashMap<String, String>();
    for (var file : own) {
      var directory = file.javaPackage().replace('.', '/') + "/";
      sources.put(directory + "package-info.java", packageInfo(file));
      for (var type : file.types().values()) {
        sources.put(directory + type.name() + ".java", RecordWriter.write(type));
        sources.put(directory + type.name() + "Codec.java", CodecWriter.write(type));
      }
    }
    if (!all.isEmpty()) {
      sources.put("io/kubejar/api/BuiltInResources.java", ResourceTableWriter.write(own));
      sources.put("io/kubejar/api/BuiltInKinds.java", KindTableWriter.write(all));
    }
    return sources;
  }

  private static Map<String, String> resources(
      List<SchemaFile> own, List<SchemaFile> all, boolean withIndex) {
    var byLabel = new HashMap<String, SchemaFile>();
    all.forEach(file -> byLabel.put(file.label() + "." + file.version(), file));
    var resources = new HashMap<String, String>();
    for (var file : own) {
      resources.put(
          SchemaResourceWriter.name(file) + ".json", SchemaResourceWriter.write(file, byLabel));
    }
    if (withIndex) {
      resources.put(
          "index",
          all.stream().map(SchemaResourceWriter::name).sorted().collect(Collectors.joining("\n"))
              + "\n");
    }
    return resources;
  }

  private static Map<String, String> options(String[] args) {
    var options = new HashMap<String, String>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      options.put(args[i], args[i + 1]);
    }
    if (args.length % 2 != 0
        || !options.containsKey("--schema")
        || !options.containsKey("--java")) {
      throw new IllegalArgumentException(
          "usage: --schema DIR --java DIR --resources DIR [--with DIR]");
    }
    return options;
  }

  static List<SchemaFile> schema(Path directory) throws IOException {
    var files = new ArrayList<SchemaFile>();
    try (var paths = Files.walk(directory)) {
      for (var path : paths.filter(each -> each.toString().endsWith(".yaml")).sorted().toList()) {
        files.add(SchemaFile.read(path));
      }
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException("no schema in " + directory);
    }
    return files;
  }

  private static String packageInfo(SchemaFile file) {
    return """
    /// The types of `%s`. Generated from the schema.
    @NullMarked
    package %s;

    import org.jspecify.annotations.NullMarked;
    """
        .formatted(file.apiVersion(), file.javaPackage());
  }

  private static void replace(Path directory, Map<String, String> contents) throws IOException {
    Files.createDirectories(directory);
    Set<Path> wanted = new HashSet<>();
    for (var each : contents.entrySet()) {
      var path = directory.resolve(each.getKey());
      wanted.add(path);
      if (!Files.exists(path) || !Files.readString(path).equals(each.getValue())) {
        Files.createDirectories(path.getParent());
        Files.writeString(path, each.getValue());
      }
    }
    try (var present = Files.walk(directory)) {
      for (var path : present.filter(Files::isRegularFile).toList()) {
        if (!wanted.contains(path)) {
          Files.delete(path);
        }
      }
    }
  }
}
