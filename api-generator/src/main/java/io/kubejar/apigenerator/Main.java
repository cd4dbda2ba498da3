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

/// Generates the sources of one module: `--schema DIR --java DIR [--resources DIR]`.
///
/// Files that would not change are left alone, so that nothing is compiled again for nothing; files
/// of types that no longer exist are removed.
public final class Main {

  private Main() {}

  public static void main(String[] args) throws IOException {
    var options = options(args);
    var files = schema(Path.of(options.getOrDefault("--schema", "")));
    var sources = new HashMap<String, String>();
    for (var file : files) {
      var directory = file.javaPackage().replace('.', '/') + "/";
      sources.put(directory + "package-info.java", packageInfo(file));
      for (var type : file.types().values()) {
        sources.put(directory + type.name() + ".java", RecordWriter.write(type));
        sources.put(directory + type.name() + "Codec.java", CodecWriter.write(type));
      }
    }
    if (files.stream().noneMatch(file -> file.label().equals("meta"))) {
      sources.put("io/kubejar/api/BuiltInResources.java", ResourceTableWriter.write(files));
    }
    replace(Path.of(options.getOrDefault("--java", "")), sources);
  }

  private static Map<String, String> options(String[] args) {
    var options = new HashMap<String, String>();
    for (int i = 0; i + 1 < args.length; i += 2) {
      options.put(args[i], args[i + 1]);
    }
    if (args.length % 2 != 0
        || !options.containsKey("--schema")
        || !options.containsKey("--java")) {
      throw new IllegalArgumentException("usage: --schema DIR --java DIR [--resources DIR]");
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
