package io.kubejar;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads manifests from files and directories, those on the class path too.
final class ManifestFiles {
  private static final List<String> ENDINGS = List.of(".yaml", ".yml", ".json");

  private ManifestFiles() {}

  /// The documents in a file, or in all files of a directory that look like manifests, by name.
  static String read(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return Files.readString(path);
    }
    try (var all = Files.list(path)) {
      var files =
          all.filter(file -> ENDINGS.stream().anyMatch(file.toString()::endsWith))
              .sorted()
              .toList();
      var texts = new ArrayList<String>();
      for (var file : files) {
        texts.add(Files.readString(file));
      }
      return texts.stream().collect(Collectors.joining("\n---\n"));
    }
  }

  /// The same for what the class path holds under this name.
  ///
  /// @throws IOException if it holds nothing
  static String resource(String name) throws IOException {
    var url = find(name);
    if (url == null) {
      throw new IOException("nothing on the class path: " + name);
    }
    var uri = uri(url);
    if (!"jar".equals(uri.getScheme())) {
      return read(Path.of(uri));
    }
    var inside = uri.toString().substring(uri.toString().indexOf("!/") + 1);
    var jar = URI.create(uri.toString().substring("jar:".length(), uri.toString().indexOf("!/")));
    try (var files = FileSystems.newFileSystem(Path.of(jar), Map.of())) {
      return read(files.getPath(inside));
    }
  }

  private static @Nullable URL find(String name) {
    var loader =
        Objects.requireNonNullElse(
            Thread.currentThread().getContextClassLoader(), ManifestFiles.class.getClassLoader());
    return loader.getResource(name.startsWith("/") ? name.substring(1) : name);
  }

  private static URI uri(URL url) throws IOException {
    try {
      return url.toURI();
    } catch (URISyntaxException e) {
      throw new IOException("cannot be read: " + url, e);
    }
  }
}
