package io.kubejar.standalone.e2e;

import io.kubejar.standalone.linux.Programs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// An image of the machine's own static busybox, in the format `docker save` writes.
final class BusyboxImage {
  /// What a pod calls it.
  static final String NAME = "docker.io/library/busybox:e2e";

  private static final List<String> APPLETS =
      List.of(
          "sh",
          "ls",
          "cat",
          "echo",
          "sleep",
          "wget",
          "httpd",
          "nc",
          "nslookup",
          "hostname",
          "ps",
          "kill",
          "env",
          "mkdir",
          "touch",
          "rm",
          "id",
          "stat",
          "mount",
          "grep",
          "tar",
          "true",
          "false",
          "date",
          "head",
          "tail",
          "wc",
          "seq",
          "sed",
          "test",
          "ip",
          "netstat",
          "sync",
          "dd",
          "df",
          "printf",
          "readlink",
          "trap",
          "usleep",
          "yes",
          "tr",
          "cut",
          "chmod",
          "cp",
          "mv",
          "ln",
          "find",
          "sort",
          "stty");

  private BusyboxImage() {}

  /// Writes the image as a tar file.
  static Path write(Path file) {
    try {
      byte[] layer = layer();
      var config =
          """
          {"architecture":"%s","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":["sh"]},\
          "rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{"created_by":"e2e"}]}\
          """
              .formatted(architecture(), sha256(layer))
              .getBytes(StandardCharsets.UTF_8);
      var manifest =
          """
          [{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]\
          """
              .formatted(NAME.substring("docker.io/library/".length()))
              .getBytes(StandardCharsets.UTF_8);
      try (var tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
        add(tar, "config.json", config, 0644);
        add(tar, "layer.tar", layer, 0644);
        add(tar, "manifest.json", manifest, 0644);
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] layer() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(bytes)) {
      for (var directory : List.of("bin/", "etc/", "tmp/", "var/", "root/", "www/")) {
        directory(tar, directory);
      }
      add(tar, "bin/busybox", Files.readAllBytes(Programs.find("busybox").orElseThrow()), 0755);
      for (var applet : APPLETS) {
        var link = new TarArchiveEntry("bin/" + applet, TarConstants.LF_SYMLINK);
        link.setLinkName("busybox");
        tar.putArchiveEntry(link);
        tar.closeArchiveEntry();
      }
      add(
          tar,
          "etc/passwd",
          "root:x:0:0:root:/root:/bin/sh\n".getBytes(StandardCharsets.UTF_8),
          0644);
      add(tar, "etc/group", "root:x:0:\n".getBytes(StandardCharsets.UTF_8), 0644);
    }
    return bytes.toByteArray();
  }

  private static void directory(TarArchiveOutputStream tar, String name) throws IOException {
    var entry = new TarArchiveEntry(name);
    entry.setMode(name.equals("tmp/") ? 01777 : 0755);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  private static void add(TarArchiveOutputStream tar, String name, byte[] content, int mode)
      throws IOException {
    var entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    entry.setMode(mode);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
