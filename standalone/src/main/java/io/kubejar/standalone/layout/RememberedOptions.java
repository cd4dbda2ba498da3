package io.kubejar.standalone.layout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/// The API server's options that a cluster goes on with until it is told others: by their names,
/// dashes included.
public record RememberedOptions(Path file) {
  /// Empty for a cluster that was never told any.
  public Map<String, String> load() {
    var options = new TreeMap<String, String>();
    if (!Files.exists(file)) {
      return options;
    }
    var properties = new Properties();
    try (var in = Files.newBufferedReader(file)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    for (var name : properties.stringPropertyNames()) {
      options.put(name, properties.getProperty(name, ""));
    }
    return options;
  }

  /// Replaces all of them: whole or not at all.
  public void save(Map<String, String> options) {
    var properties = new Properties();
    properties.putAll(options);
    var staging = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (var out = Files.newBufferedWriter(staging)) {
        properties.store(out, "Options of the API server, as they were given last");
      }
      Files.move(
          staging, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
