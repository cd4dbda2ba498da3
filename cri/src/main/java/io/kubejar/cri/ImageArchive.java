package io.kubejar.cri;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.jspecify.annotations.Nullable;

/// The files of an image archive by name, with links followed, read where they lie.
final class ImageArchive implements AutoCloseable {
  private static final int SMALL_FILE_BYTES_MAX = 4 * 1024 * 1024;
  private static final int LINKS_MAX = 8;

  private final TarFile tar;
  private final @Nullable Path unpacked;
  private final Map<String, TarArchiveEntry> entries = new HashMap<>();

  private ImageArchive(TarFile tar, @Nullable Path unpacked) {
    this.tar = tar;
    this.unpacked = unpacked;
    for (var entry : tar.getEntries()) {
      entries.put(clean(entry.getName()), entry);
    }
  }

  /// Opens a tar file, plain or gzip-compressed.
  static ImageArchive open(Path file) throws IOException {
    if (!gzipped(file)) {
      return new ImageArchive(tar(file, file), null);
    }
    var plain = Files.createTempFile("image-", ".tar");
    boolean opened = false;
    try {
      try (var in = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file)));
          var out = Files.newOutputStream(plain)) {
        in.transferTo(out);
      }
      var archive = new ImageArchive(tar(plain, file), plain);
      opened = true;
      return archive;
    } finally {
      if (!opened) {
        Files.delete(plain);
      }
    }
  }

  private static TarFile tar(Path file, Path named) throws IOException {
    TarFile tar;
    try {
      tar = new TarFile(file);
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException(named + " is no image archive: " + e.getMessage(), e);
    }
    var names = tar.getEntries().stream().map(entry -> clean(entry.getName())).toList();
    if (!names.contains("manifest.json") && !names.contains("index.json")) {
      tar.close();
      throw new IOException(
          named + " is no image archive: it has neither a manifest.json nor an index.json");
    }
    return tar;
  }

  private static boolean gzipped(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.read() == 0x1f && in.read() == 0x8b;
    }
  }

  private static String clean(String name) {
    return name.startsWith("./") ? name.substring(2) : name;
  }

  boolean has(String name) {
    return entries.containsKey(name);
  }

  long size(String name) throws IOException {
    return entry(name).getSize();
  }

  InputStream stream(String name) throws IOException {
    return tar.getInputStream(entry(name));
  }

  byte[] small(String name) throws IOException {
    var entry = entry(name);
    if (entry.getSize() > SMALL_FILE_BYTES_MAX) {
      throw new IOException(name + " in the image archive is too large: " + entry.getSize());
    }
    try (var in = tar.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  private TarArchiveEntry entry(String name) throws IOException {
    String at = name;
    for (int i = 0; i < LINKS_MAX; i++) {
      var entry = entries.get(at);
      if (entry == null) {
        throw new IOException("the image archive has no " + name);
      }
      if (entry.isLink()) {
        at = clean(entry.getLinkName());
      } else if (entry.isSymbolicLink()) {
        at = Path.of(at).resolveSibling(entry.getLinkName()).normalize().toString();
      } else {
        return entry;
      }
    }
    throw new IOException(name + " in the image archive is a link without end");
  }

  @Override
  public void close() throws IOException {
    tar.close();
    if (unpacked != null) {
      Files.delete(unpacked);
    }
  }
}
