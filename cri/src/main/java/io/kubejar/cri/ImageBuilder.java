package io.kubejar.cri;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/// Writes an image of one layer as a docker-archive: for the images that the cluster brings itself,
/// and for tests. The same input gives the same bytes.
public final class ImageBuilder {
  private final List<Item> items = new ArrayList<>();
  private final Map<String, Object> config = new LinkedHashMap<>();

  private sealed interface Item {
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares or changes it.
    record File(String path, byte[] content, int mode) implements Item {}

    record Link(String path, String target) implements Item {}

    record Directory(String path, int mode) implements Item {}
  }

  /// Adds a file, by its path without the leading slash.
  public ImageBuilder file(String path, byte[] content, int mode) {
    items.add(new Item.File(path, content.clone(), mode));
    return this;
  }

  public ImageBuilder link(String path, String target) {
    items.add(new Item.Link(path, target));
    return this;
  }

  public ImageBuilder directory(String path, int mode) {
    items.add(new Item.Directory(path, mode));
    return this;
  }

  public ImageBuilder entrypoint(String... words) {
    config.put("Entrypoint", List.of(words));
    return this;
  }

  public ImageBuilder command(String... words) {
    config.put("Cmd", List.of(words));
    return this;
  }

  public ImageBuilder environment(String... settings) {
    config.put("Env", List.of(settings));
    return this;
  }

  public ImageBuilder user(String user) {
    config.put("User", user);
    return this;
  }

  /// Writes the archive; `name` is the full image name with its tag.
  public void write(Path file, String name) throws IOException {
    byte[] layer = layer();
    var image = new LinkedHashMap<String, Object>();
    image.put("architecture", architecture());
    image.put("os", "linux");
    image.put("config", config);
    String diff = ContentStore.digest(new ByteArrayInputStream(layer));
    var rootfs = new LinkedHashMap<String, Object>();
    rootfs.put("type", "layers");
    rootfs.put("diff_ids", List.of(diff));
    image.put("rootfs", rootfs);
    var saved = new LinkedHashMap<String, Object>();
    saved.put("Config", "config.json");
    saved.put("RepoTags", List.of(name));
    saved.put("Layers", List.of("layer.tar"));
    try (var out = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      put(out, "manifest.json", Json.write(List.of(saved)), 0644);
      put(out, "config.json", Json.write(image), 0644);
      put(out, "layer.tar", layer, 0644);
    }
  }

  private byte[] layer() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name())) {
      for (var item : items) {
        switch (item) {
          case Item.File(var path, var content, var mode) -> put(out, path, content, mode);
          case Item.Link(var path, var target) -> {
            var entry = new TarArchiveEntry(path, TarArchiveEntry.LF_SYMLINK);
            entry.setLinkName(target);
            put(out, entry);
          }
          case Item.Directory(var path, var mode) -> {
            var entry = new TarArchiveEntry(path.endsWith("/") ? path : path + "/");
            entry.setMode(040000 | mode);
            put(out, entry);
          }
        }
      }
    }
    return bytes.toByteArray();
  }

  private static void put(TarArchiveOutputStream out, String path, byte[] content, int mode)
      throws IOException {
    var entry = new TarArchiveEntry(path);
    entry.setSize(content.length);
    entry.setMode(0100000 | mode);
    entry.setModTime(0);
    entry.setIds(0, 0);
    out.putArchiveEntry(entry);
    out.write(content);
    out.closeArchiveEntry();
  }

  private static void put(TarArchiveOutputStream out, TarArchiveEntry entry) throws IOException {
    entry.setModTime(0);
    entry.setIds(0, 0);
    out.putArchiveEntry(entry);
    out.closeArchiveEntry();
  }

  /// The architecture of this machine by Go's name.
  public static String architecture() {
    String name = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> name;
    };
  }
}
