package io.kubejar.cri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubejar.cri.linux.ContainerdOptions;
import io.kubejar.cri.linux.ManagedContainerd;
import io.kubejar.cri.runtime.v1.ContainerConfig;
import io.kubejar.cri.runtime.v1.ContainerMetadata;
import io.kubejar.cri.runtime.v1.ImageSpec;
import io.kubejar.cri.runtime.v1.LinuxPodSandboxConfig;
import io.kubejar.cri.runtime.v1.LinuxSandboxSecurityContext;
import io.kubejar.cri.runtime.v1.NamespaceMode;
import io.kubejar.cri.runtime.v1.NamespaceOption;
import io.kubejar.cri.runtime.v1.PodSandboxConfig;
import io.kubejar.cri.runtime.v1.PodSandboxMetadata;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Archives of every form that people have, into a real containerd.
class ImageImportTest {
  @TempDir Path directory;
  private ContainerdOptions options = ContainerdOptions.under(Path.of("/"), Path.of("/"));

  @BeforeEach
  void needsRootAndContainerd() {
    assumeTrue("root".equals(System.getProperty("user.name")), "containerd needs root");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/containerd")), "containerd is not installed");
    assumeTrue(Files.isExecutable(Path.of("/bin/busybox")), "busybox-static is not installed");
    options = ContainerdOptions.under(directory.resolve("c"), directory.resolve("r"));
  }

  @AfterEach
  void leaveNothing() throws Exception {
    if (Files.exists(directory.resolve("r"))) {
      var containerd = ManagedContainerd.find(options, InstantSource.system());
      if (containerd.isPresent()) {
        containerd.get().purge();
      } else {
        ManagedContainerd.purge(options);
      }
      TestCgroup.remove();
    }
  }

  @Test
  void takesLayoutsAndCompressedArchivesOfWhichContainersCanBeMade() throws Exception {
    var docker = directory.resolve("docker.tar");
    new ImageBuilder()
        .file("bin/busybox", Files.readAllBytes(Path.of("/bin/busybox")), 0755)
        .link("bin/sh", "busybox")
        .command("/bin/sh")
        .write(docker, "example.com/packed:1");
    var packed = directory.resolve("docker.tar.gz");
    Files.write(packed, gzip(Files.readAllBytes(docker)));
    byte[] layer = part(docker, "layer.tar");
    byte[] config = part(docker, "config.json");
    var saved =
        Map.of(
            "Config", "config.json",
            "RepoTags", List.of("example.com/layers:1"),
            "Layers", List.of("layer.tar.gz"));
    var layers = new LinkedHashMap<String, byte[]>();
    layers.put("manifest.json", Json.write(List.of(saved)));
    layers.put("config.json", config);
    layers.put("layer.tar.gz", gzip(layer));
    var compressedLayers = write("layers.tar", layers);
    var layout = write("layout.tar", layout("example.com/layout:1", config, gzip(layer)));

    var containerd = ManagedContainerd.start(options, InstantSource.system());
    try (var cri = CriClient.connect(containerd.socket());
        var services = ContainerdClient.connect(containerd.socket(), InstantSource.system())) {
      assertThat(services.importImages(packed)).containsExactly("example.com/packed:1");
      assertThat(services.importImages(compressedLayers)).containsExactly("example.com/layers:1");
      assertThat(services.importImages(layout)).containsExactly("example.com/layout:1");

      String sandbox = cri.runPodSandbox(sandbox(), "");
      for (String name : List.of("packed", "layers", "layout")) {
        String image = "example.com/" + name + ":1";
        assertThat(services.images()).extracting(ContainerdClient.ImageName::name).contains(image);
        var container =
            ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName(name))
                .setImage(ImageSpec.newBuilder().setImage(image))
                .addAllCommand(List.of("/bin/sh", "-c", "exit 0"))
                .setLogPath(name + ".log")
                .build();
        String id = cri.createContainer(sandbox, container, sandbox());
        cri.startContainer(id); // Its shell comes out of the layer.
      }
    }
  }

  @Test
  void saysOfOtherFilesThatTheyAreNoImages() throws Exception {
    var containerd = ManagedContainerd.start(options, InstantSource.system());
    var text = Files.writeString(directory.resolve("notes.txt"), "no image\n".repeat(200));
    var packedText = directory.resolve("notes.gz");
    Files.write(packedText, gzip(Files.readAllBytes(text)));
    var empty = Files.createFile(directory.resolve("empty"));
    var tar = write("other.tar", Map.of("readme", "hello".getBytes(StandardCharsets.UTF_8)));
    try (var services = ContainerdClient.connect(containerd.socket(), InstantSource.system())) {
      for (var file : List.of(text, packedText, empty, tar)) {
        assertThatThrownBy(() -> services.importImages(file))
            .isInstanceOf(IOException.class)
            .hasMessageContaining(file + " is no image archive");
      }
    }
  }

  private static Map<String, byte[]> layout(String name, byte[] config, byte[] layer)
      throws IOException {
    var files = new LinkedHashMap<String, byte[]>();
    files.put("oci-layout", Json.write(Map.of("imageLayoutVersion", "1.0.0")));
    var manifest = new LinkedHashMap<String, Object>();
    manifest.put("schemaVersion", 2);
    manifest.put("mediaType", "application/vnd.oci.image.manifest.v1+json");
    manifest.put("config", blob(files, "application/vnd.oci.image.config.v1+json", config));
    manifest.put(
        "layers", List.of(blob(files, "application/vnd.oci.image.layer.v1.tar+gzip", layer)));
    var entry = blob(files, "application/vnd.oci.image.manifest.v1+json", Json.write(manifest));
    entry.put("annotations", Map.of("org.opencontainers.image.ref.name", name));
    var index = new LinkedHashMap<String, Object>();
    index.put("schemaVersion", 2);
    index.put("manifests", List.of(entry));
    files.put("index.json", Json.write(index));
    return files;
  }

  private static Map<String, Object> blob(Map<String, byte[]> files, String type, byte[] content)
      throws IOException {
    String digest = ContentStore.digest(new ByteArrayInputStream(content));
    files.put("blobs/" + digest.replace(':', '/'), content);
    var descriptor = new LinkedHashMap<String, Object>();
    descriptor.put("mediaType", type);
    descriptor.put("digest", digest);
    descriptor.put("size", content.length);
    return descriptor;
  }

  private static byte[] part(Path archive, String name) throws IOException {
    try (var open = ImageArchive.open(archive);
        var in = open.stream(name)) {
      return in.readAllBytes();
    }
  }

  private static byte[] gzip(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private Path write(String name, Map<String, byte[]> files) throws IOException {
    var file = directory.resolve(name);
    try (var out = new TarArchiveOutputStream(Files.newOutputStream(file), "UTF-8")) {
      out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (var item : files.entrySet()) {
        var entry = new TarArchiveEntry(item.getKey());
        entry.setSize(item.getValue().length);
        out.putArchiveEntry(entry);
        out.write(item.getValue());
        out.closeArchiveEntry();
      }
    }
    return file;
  }

  private PodSandboxConfig sandbox() {
    var namespaces = NamespaceOption.newBuilder().setNetwork(NamespaceMode.NODE);
    return PodSandboxConfig.newBuilder()
        .setMetadata(
            PodSandboxMetadata.newBuilder().setName("pod").setNamespace("default").setUid("u1"))
        .setLogDirectory(directory.resolve("logs").toString())
        .setLinux(
            LinuxPodSandboxConfig.newBuilder()
                .setCgroupParent(TestCgroup.PATH)
                .setSecurityContext(
                    LinuxSandboxSecurityContext.newBuilder().setNamespaceOptions(namespaces)))
        .build();
  }
}
