package io.kubejar.cri;

import com.google.protobuf.FieldMask;
import io.grpc.Channel;
import io.kubejar.cri.containerd.images.CreateImageRequest;
import io.kubejar.cri.containerd.images.Image;
import io.kubejar.cri.containerd.images.UpdateImageRequest;
import io.kubejar.cri.containerd.leases.CreateRequest;
import io.kubejar.cri.containerd.leases.DeleteRequest;
import io.kubejar.cri.containerd.namespaces.CreateNamespaceRequest;
import io.kubejar.cri.containerd.namespaces.Namespace;
import io.kubejar.cri.containerd.types.Descriptor;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One import: blobs first, then the names. A lease keeps the blobs from garbage collection until a
/// name holds them; containerd's CRI plugin hears of the new names by itself and unpacks the layers
/// when the first container needs them.
final class ImageImport {
  private static final Logger log = LoggerFactory.getLogger(ImageImport.class);
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
  private static final Duration LEASE_LIFE = Duration.ofHours(1);
  private static final String LEASE_LIFE_LABEL = "containerd.io/gc.expire";

  private final GrpcSocket socket;
  private final Channel unleased;
  private final Map<String, String> labels;

  ImageImport(GrpcSocket socket, Channel channel, Map<String, String> labels) {
    this.socket = socket;
    this.unleased = channel;
    this.labels = labels;
  }

  List<String> run(ImageArchive archive, Instant now) throws IOException, InterruptedException {
    createNamespace();
    String lease = "kubejar-import-" + UUID.randomUUID();
    // Should this process die half way, the lease ends by itself.
    var expiry = now.plus(LEASE_LIFE).truncatedTo(ChronoUnit.SECONDS);
    GrpcSocket.call(
        unleased,
        ContainerdMethods.CREATE_LEASE,
        CreateRequest.newBuilder()
            .setId(lease)
            .putLabels(LEASE_LIFE_LABEL, expiry.toString())
            .build(),
        ContainerdClient.QUICK);
    try {
      var leased =
          socket.channel(
              Map.of(
                  "containerd-namespace", ContainerdClient.NAMESPACE, "containerd-lease", lease));
      var content = new ContentStore(leased);
      var images =
          archive.has("manifest.json") && !archive.has("index.json")
              ? dockerImages(archive, content)
              : layoutImages(archive, content);
      if (images.isEmpty()) {
        throw new IOException("the archive names no image");
      }
      for (var image : images.entrySet()) {
        record(leased, image.getKey(), image.getValue());
      }
      return images.keySet().stream().filter(name -> !name.contains("@")).toList();
    } finally {
      GrpcSocket.call(
          unleased,
          ContainerdMethods.DELETE_LEASE,
          DeleteRequest.newBuilder().setId(lease).build(),
          ContainerdClient.QUICK);
    }
  }

  private void createNamespace() throws InterruptedException {
    var namespace = Namespace.newBuilder().setName(ContainerdClient.NAMESPACE);
    try {
      GrpcSocket.call(
          unleased,
          ContainerdMethods.CREATE_NAMESPACE,
          CreateNamespaceRequest.newBuilder().setNamespace(namespace).build(),
          ContainerdClient.QUICK);
    } catch (CriException e) {
      if (!e.alreadyExists()) {
        throw e;
      }
    }
  }

  /// Docker's own form has no manifest that containerd understands: we write one.
  private static Map<String, Descriptor> dockerImages(ImageArchive archive, ContentStore content)
      throws IOException, InterruptedException {
    var images = new LinkedHashMap<String, Descriptor>();
    if (!(Json.value(archive.small("manifest.json")) instanceof List<?> saved)) {
      throw new IOException("manifest.json of the archive is no list");
    }
    for (var item : saved) {
      var image = Json.asObject(item);
      var layers = new ArrayList<Descriptor>();
      for (var layer : Json.list(image, "Layers")) {
        layers.add(dockerLayer(archive, content, layer.toString()));
      }
      var config = content.put(CONFIG, archive.small(Json.text(image, "Config")), Map.of());
      var manifest = putManifest(content, config, layers);
      for (var tag : Json.list(image, "RepoTags")) {
        name(images, tag.toString(), manifest);
      }
    }
    return images;
  }

  private static Descriptor dockerLayer(ImageArchive archive, ContentStore content, String file)
      throws IOException, InterruptedException {
    boolean gzip;
    try (var in = archive.stream(file)) {
      gzip = in.read() == 0x1f && in.read() == 0x8b;
    }
    return content.putFile(gzip ? LAYER + "+gzip" : LAYER, archive, file);
  }

  private static Descriptor putManifest(
      ContentStore content, Descriptor config, List<Descriptor> layers)
      throws IOException, InterruptedException {
    var manifest = new LinkedHashMap<String, Object>();
    manifest.put("schemaVersion", 2);
    manifest.put("mediaType", MANIFEST);
    manifest.put("config", json(config));
    manifest.put("layers", layers.stream().map(ImageImport::json).toList());
    return content.put(MANIFEST, Json.write(manifest), references(config, layers));
  }

  private static Map<String, Object> json(Descriptor descriptor) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("mediaType", descriptor.getMediaType());
    fields.put("digest", descriptor.getDigest());
    fields.put("size", descriptor.getSize());
    return fields;
  }

  /// The labels by which containerd's garbage collector finds from a manifest what it needs.
  private static Map<String, String> references(Descriptor config, List<Descriptor> layers) {
    var references = new LinkedHashMap<String, String>();
    references.put("containerd.io/gc.ref.content.config", config.getDigest());
    for (int i = 0; i < layers.size(); i++) {
      references.put("containerd.io/gc.ref.content.l." + i, layers.get(i).getDigest());
    }
    return references;
  }

  private static Map<String, Descriptor> layoutImages(ImageArchive archive, ContentStore content)
      throws IOException, InterruptedException {
    var images = new LinkedHashMap<String, Descriptor>();
    var index = Json.object(archive.small("index.json"));
    for (var item : Json.list(index, "manifests")) {
      var entry = Json.asObject(item);
      var target = copyTree(archive, content, entry);
      for (String name : namesOf(entry)) {
        name(images, name, target);
      }
    }
    return images;
  }

  private static Set<String> namesOf(Map<String, Object> entry) throws IOException {
    var names = new LinkedHashSet<String>();
    if (entry.containsKey("annotations")) {
      var annotations = Json.asObject(entry.get("annotations"));
      String full = Json.text(annotations, "io.containerd.image.name");
      String reference = Json.text(annotations, "org.opencontainers.image.ref.name");
      if (!full.isEmpty()) {
        names.add(full);
      } else if (!reference.isEmpty()) {
        names.add(reference);
      }
    }
    return names;
  }

  /// Copies a manifest, or an index with all its manifests that the archive holds, and everything
  /// below it.
  private static Descriptor copyTree(
      ImageArchive archive, ContentStore content, Map<String, Object> entry)
      throws IOException, InterruptedException {
    byte[] text = archive.small(blob(entry));
    var manifest = Json.object(text);
    var references = new LinkedHashMap<String, String>();
    int at = 0;
    for (var item : Json.list(manifest, "manifests")) {
      var child = Json.asObject(item);
      if (archive.has(blob(child))) { // Of many platforms an archive often holds one.
        references.put(
            "containerd.io/gc.ref.content.m." + at++,
            copyTree(archive, content, child).getDigest());
      }
    }
    if (manifest.containsKey("config")) {
      var config = copyBlob(archive, content, Json.asObject(manifest.get("config")));
      var layers = new ArrayList<Descriptor>();
      for (var item : Json.list(manifest, "layers")) {
        layers.add(copyBlob(archive, content, Json.asObject(item)));
      }
      references.putAll(references(config, layers));
    }
    return content.put(Json.text(entry, "mediaType"), text, references);
  }

  private static Descriptor copyBlob(
      ImageArchive archive, ContentStore content, Map<String, Object> descriptor)
      throws IOException, InterruptedException {
    var copied = content.putFile(Json.text(descriptor, "mediaType"), archive, blob(descriptor));
    if (!copied.getDigest().equals(Json.text(descriptor, "digest"))) {
      throw new IOException(blob(descriptor) + " in the archive does not have its own digest");
    }
    return copied;
  }

  private static String blob(Map<String, Object> descriptor) {
    return "blobs/" + Json.text(descriptor, "digest").replace(':', '/');
  }

  private static void name(Map<String, Descriptor> images, String name, Descriptor target) {
    String full = ImageReferences.normalized(name);
    images.put(full, target);
    // A pulled image is known by its digest too; an imported one should look the same.
    images.put(ImageReferences.repository(full) + "@" + target.getDigest(), target);
  }

  private void record(Channel channel, String name, Descriptor target) throws InterruptedException {
    var image = Image.newBuilder().setName(name).setTarget(target).putAllLabels(labels).build();
    log.info("image import name={} digest={}", name, target.getDigest());
    try {
      GrpcSocket.call(
          channel,
          ContainerdMethods.CREATE_IMAGE,
          CreateImageRequest.newBuilder().setImage(image).build(),
          ContainerdClient.QUICK);
    } catch (CriException e) {
      if (!e.alreadyExists()) {
        throw e;
      }
      var mask = FieldMask.newBuilder().addPaths("target").addPaths("labels");
      GrpcSocket.call(
          channel,
          ContainerdMethods.UPDATE_IMAGE,
          UpdateImageRequest.newBuilder().setImage(image).setUpdateMask(mask).build(),
          ContainerdClient.QUICK);
    }
  }
}
