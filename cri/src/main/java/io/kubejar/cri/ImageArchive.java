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

  static ImageArchive open(Path file) throws IOException {
    if (!gzipped(file)) {
      return new ImageArchive(new TarFile(file), null);
    }
    var plain = Files.createTempFile("image-", ".tar");
    try (var in = new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file)));
        var out = Files.newOutputStream(plain)) {
      in.transferTo(out);
    }
    return new ImageArchive(new TarFile(plain), plain);
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
