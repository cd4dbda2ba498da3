package io.kubejar.apiserver.table;

import static io.kubejar.apiserver.table.Column.AGE;
import static io.kubejar.apiserver.table.Column.NAME;
import static io.kubejar.apiserver.table.Column.flag;
import static io.kubejar.apiserver.table.Column.number;
import static io.kubejar.apiserver.table.Column.text;
import static io.kubejar.apiserver.table.Column.wide;

import io.kubejar.api.core.v1.PersistentVolume;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.storage.v1.CSIDriver;
import io.kubejar.api.storage.v1.CSINode;
import io.kubejar.api.storage.v1.CSIStorageCapacity;
import io.kubejar.api.storage.v1.StorageClass;
import io.kubejar.api.storage.v1.VolumeAttachment;
import io.kubejar.api.storage.v1.VolumeAttributesClass;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.Quantity;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Tables of volumes and what provides them.
final class StorageTables {
  private static final String DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class";
  private static final String DEFAULT_CLASS_BEFORE =
      "storageclass.beta.kubernetes.io/is-default-class";
  private static final String DEFAULT_ATTRIBUTES =
      "volumeattributesclass.alpha.kubernetes.io/is-default-class";
  private static final String CLASS_BEFORE_FIELDS = "volume.beta.kubernetes.io/storage-class";
  private static final Map<String, String> SHORT_MODES =
      Map.of(
          "ReadWriteOnce", "RWO",
          "ReadOnlyMany", "ROX",
          "ReadWriteMany", "RWX",
          "ReadWriteOncePod", "RWOP");

  private StorageTables() {}

  static final TableView<PersistentVolume> PERSISTENT_VOLUME =
      new TableView<>(
          List.of(
              NAME,
              text("Capacity", "its size"),
              text("Access Modes", "how it can be mounted"),
              text("Reclaim Policy", "what becomes of it when its claim goes"),
              text("Status", "how it stands"),
              text("Claim", "who has it"),
              text("StorageClass", "its class"),
              text("VolumeAttributesClass", "its attributes' class"),
              text("Reason", "why it stands so"),
              AGE,
              wide("VolumeMode", "a file system or a block device")),
          (volume, now) -> {
            var claim = volume.spec().claimRef();
            return List.of(
                volume.metadata().name(),
                size(volume.spec().capacity()),
                modes(volume.spec().accessModes()),
                volume.spec().persistentVolumeReclaimPolicy(),
                phase(volume, volume.status().phase()),
                claim == null ? "" : claim.namespace() + "/" + claim.name(),
                storageClass(volume, volume.spec().storageClassName()),
                Texts.orUnset(volume.spec().volumeAttributesClassName()),
                volume.status().reason(),
                Ages.of(volume, now),
                Texts.orUnset(volume.spec().volumeMode()));
          });

  static final TableView<PersistentVolumeClaim> PERSISTENT_VOLUME_CLAIM =
      new TableView<>(
          List.of(
              NAME,
              text("Status", "how it stands"),
              text("Volume", "the volume it has"),
              text("Capacity", "the volume's size"),
              text("Access Modes", "how it can be mounted"),
              text("StorageClass", "its class"),
              text("VolumeAttributesClass", "its attributes' class"),
              AGE,
              wide("VolumeMode", "a file system or a block device")),
          (claim, now) -> {
            boolean bound = !claim.spec().volumeName().isEmpty();
            return List.of(
                claim.metadata().name(),
                phase(claim, claim.status().phase()),
                claim.spec().volumeName(),
                bound ? size(claim.status().capacity()) : "",
                bound ? modes(claim.status().accessModes()) : "",
                storageClass(claim, orEmpty(claim.spec().storageClassName())),
                Texts.orUnset(claim.spec().volumeAttributesClassName()),
                Ages.of(claim, now),
                Texts.orUnset(claim.spec().volumeMode()));
          });

  static final TableView<StorageClass> STORAGE_CLASS =
      new TableView<>(
          List.of(
              NAME,
              text("Provisioner", "who makes its volumes"),
              text("ReclaimPolicy", "what becomes of a volume when its claim goes"),
              text("VolumeBindingMode", "when a volume is made"),
              text("AllowVolumeExpansion", "whether volumes can grow"),
              AGE),
          (storage, now) ->
              List.of(
                  nameOfClass(storage, DEFAULT_CLASS, DEFAULT_CLASS_BEFORE),
                  storage.provisioner(),
                  storage.reclaimPolicy() == null ? "Delete" : storage.reclaimPolicy(),
                  storage.volumeBindingMode() == null ? "Immediate" : storage.volumeBindingMode(),
                  Boolean.TRUE.equals(storage.allowVolumeExpansion()),
                  Ages.of(storage, now)));

  static final TableView<VolumeAttributesClass> VOLUME_ATTRIBUTES_CLASS =
      new TableView<>(
          List.of(NAME, text("DriverName", "the driver that understands it"), AGE),
          (attributes, now) ->
              List.of(
                  nameOfClass(attributes, DEFAULT_ATTRIBUTES),
                  attributes.driverName(),
                  Ages.of(attributes, now)));

  static final TableView<VolumeAttachment> VOLUME_ATTACHMENT =
      new TableView<>(
          List.of(
              NAME,
              new Column("Attacher", "string", "name", "the driver that attaches", 0),
              text("PV", "the volume"),
              text("Node", "where to"),
              flag("Attached", "whether it is attached"),
              AGE),
          (attachment, now) ->
              List.of(
                  attachment.metadata().name(),
                  attachment.spec().attacher(),
                  orEmpty(attachment.spec().source().persistentVolumeName()),
                  attachment.spec().nodeName(),
                  attachment.status().attached(),
                  Ages.of(attachment, now)));

  static final TableView<CSIDriver> CSI_DRIVER =
      new TableView<>(
          List.of(
              NAME,
              flag("AttachRequired", "whether volumes are attached before they are mounted"),
              flag("PodInfoOnMount", "whether the driver is told about the pod"),
              flag("StorageCapacity", "whether the driver reports capacity"),
              text("TokenRequests", "audiences of the tokens the driver gets"),
              flag("RequiresRepublish", "whether mounting is repeated"),
              text("Modes", "lives of its volumes"),
              AGE),
          (driver, now) ->
              List.of(
                  driver.metadata().name(),
                  !Boolean.FALSE.equals(driver.spec().attachRequired()),
                  Boolean.TRUE.equals(driver.spec().podInfoOnMount()),
                  Boolean.TRUE.equals(driver.spec().storageCapacity()),
                  driver.spec().tokenRequests().isEmpty()
                      ? Texts.UNSET
                      : driver.spec().tokenRequests().stream()
                          .map(each -> each.audience())
                          .collect(Collectors.joining(",")),
                  Boolean.TRUE.equals(driver.spec().requiresRepublish()),
                  driver.spec().volumeLifecycleModes().isEmpty()
                      ? Texts.NONE
                      : String.join(",", driver.spec().volumeLifecycleModes()),
                  Ages.of(driver, now)));

  static final TableView<CSINode> CSI_NODE =
      new TableView<>(
          List.of(NAME, number("Drivers", "drivers on the node"), AGE),
          (node, now) ->
              List.of(node.metadata().name(), node.spec().drivers().size(), Ages.of(node, now)));

  static final TableView<CSIStorageCapacity> CSI_STORAGE_CAPACITY =
      new TableView<>(
          List.of(
              NAME,
              text("StorageClassName", "the class it is about"),
              text("Capacity", "what is free")),
          (capacity, _) ->
              List.of(
                  capacity.metadata().name(),
                  capacity.storageClassName(),
                  Texts.orUnset(capacity.capacity())));

  /// The name, and whether objects that name no class get this one.
  private static String nameOfClass(KubernetesObject object, String... annotations) {
    var metadata = object.metadata();
    boolean usual =
        Stream.of(annotations).anyMatch(it -> "true".equals(metadata.annotations().get(it)));
    return usual ? metadata.name() + " (default)" : metadata.name();
  }

  private static String phase(KubernetesObject object, String phase) {
    return object.metadata().deletionTimestamp() == null ? phase : "Terminating";
  }

  private static String storageClass(KubernetesObject object, String field) {
    return object.metadata().annotations().getOrDefault(CLASS_BEFORE_FIELDS, field);
  }

  private static String size(Map<String, Quantity> capacity) {
    var size = capacity.get("storage");
    return size == null ? "0" : size.toString();
  }

  private static String modes(List<String> modes) {
    return modes.stream()
        .distinct()
        .map(mode -> SHORT_MODES.getOrDefault(mode, mode))
        .collect(Collectors.joining(","));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
