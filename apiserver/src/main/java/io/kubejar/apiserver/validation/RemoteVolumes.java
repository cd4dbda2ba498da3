package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.AWSElasticBlockStoreVolumeSource;
import io.kubejar.api.core.v1.AzureDiskVolumeSource;
import io.kubejar.api.core.v1.FCVolumeSource;
import io.kubejar.api.core.v1.FlockerVolumeSource;
import io.kubejar.api.core.v1.GCEPersistentDiskVolumeSource;
import io.kubejar.api.core.v1.ISCSIPersistentVolumeSource;
import io.kubejar.api.core.v1.ISCSIVolumeSource;
import io.kubejar.api.core.v1.QuobyteVolumeSource;
import io.kubejar.apimachinery.format.Formats;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Volumes of storage systems that have a field of their own, in pods and in PersistentVolumes.
/// Most of their drivers are gone, but the objects are still checked.
final class RemoteVolumes {
  private static final int LONGEST_TENANT = 64;
  private static final int LONGEST_ISCSI_NAME = 64;
  private static final int HIGHEST_UNIT = 255;
  private static final String UNIT = "must be between 0 and 255, inclusive";
  private static final String PARTITION = "must be between 1 and 255, inclusive";
  private static final String HOST_PORTS =
      "must be a host:port pair or multiple pairs separated by commas";
  private static final String RESERVED = "kubernetes.io and k8s.io namespaces are reserved";
  private static final String ISCSI_TOO_LONG =
      "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if"
          + " iscsi.initiatorName is specified.";
  private static final String FORMAT = "must be valid format";
  private static final String START = FORMAT + " starting with iqn, eui, or naa";

  // The prefix is compared first, so these cannot run away on a long text.
  private static final Pattern IQN =
      Pattern.compile("iqn\\.\\d{4}-\\d{2}\\.[A-Za-z0-9.-]++:[^,;*&$|\\s]++");
  private static final Pattern EUI = Pattern.compile("eui.[A-Za-z0-9]{16}");
  private static final Pattern NAA = Pattern.compile("naa.[A-Za-z0-9]{32}");

  private RemoteVolumes() {}

  static void gceDisk(Check at, GCEPersistentDiskVolumeSource disk) {
    at.at("pdName").nonEmpty(disk.pdName());
    partition(at.at("partition"), disk.partition());
  }

  static void awsDisk(Check at, AWSElasticBlockStoreVolumeSource disk) {
    at.at("volumeID").nonEmpty(disk.volumeID());
    partition(at.at("partition"), disk.partition());
  }

  private static void partition(Check at, int partition) {
    if (partition < 0 || partition > HIGHEST_UNIT) {
      at.invalid(partition, PARTITION);
    }
  }

  static void glusterfs(Check at, String endpoints, String path) {
    at.at("endpoints").nonEmpty(endpoints);
    at.at("path").nonEmpty(path);
  }

  static void glusterNamespace(Check at, @Nullable String namespace) {
    if (namespace != null && namespace.isEmpty()) {
      at.invalid(namespace, "if the endpointnamespace is set, it must be a valid namespace name");
    } else if (namespace != null) {
      at.format(namespace, Formats::dns1123Label);
    }
  }

  static void quobyte(Check at, QuobyteVolumeSource quobyte) {
    if (quobyte.registry().isEmpty()) {
      at.at("registry").required(HOST_PORTS);
    } else if (quobyte.tenant().length() > LONGEST_TENANT) {
      at.at("tenant").required("must be a UUID and may not exceed a length of 64 characters");
    } else {
      for (var pair : quobyte.registry().split(",", -1)) {
        if (!isHostAndPort(pair)) {
          at.at("registry").invalid(quobyte.registry(), HOST_PORTS);
        }
      }
    }
    at.at("volume").nonEmpty(quobyte.volume());
  }

  private static boolean isHostAndPort(String pair) {
    int colon = pair.lastIndexOf(':');
    if (colon < 0) {
      return false;
    }
    var host = pair.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return bracketed ? host.indexOf(']') == host.length() - 1 : host.indexOf(':') < 0;
  }

  static void flocker(Check at, FlockerVolumeSource flocker) {
    boolean named = !flocker.datasetName().isEmpty();
    boolean numbered = !flocker.datasetUUID().isEmpty();
    if (!named && !numbered) {
      at.required("one of datasetName and datasetUUID is required");
    }
    if (named && numbered) {
      at.invalid("resource", "datasetName and datasetUUID can not be specified simultaneously");
    }
    if (flocker.datasetName().indexOf('/') >= 0) {
      at.at("datasetName").invalid(flocker.datasetName(), "must not contain '/'");
    }
  }

  static void iscsi(Check at, ISCSIVolumeSource iscsi) {
    at.at("targetPortal").nonEmpty(iscsi.targetPortal());
    iscsiName(at.at("iqn"), iscsi.iqn(), START);
    iscsiUnit(at.at("lun"), iscsi.lun());
    if ((iscsi.chapAuthDiscovery() || iscsi.chapAuthSession()) && iscsi.secretRef() == null) {
      at.at("secretRef").required("");
    }
    initiator(at.at("initiatorname"), iscsi.initiatorName(), START);
  }

  static void iscsi(Check at, ISCSIPersistentVolumeSource iscsi, String volume) {
    at.at("targetPortal").nonEmpty(iscsi.targetPortal());
    if (iscsi.initiatorName() != null && isTooLong(volume, iscsi.targetPortal())) {
      at.at("targetportal").invalid(iscsi.targetPortal(), ISCSI_TOO_LONG);
    }
    iscsiName(at.at("iqn"), iscsi.iqn(), FORMAT);
    iscsiUnit(at.at("lun"), iscsi.lun());
    var secret = iscsi.secretRef();
    if ((iscsi.chapAuthDiscovery() || iscsi.chapAuthSession()) && secret == null) {
      at.at("secretRef").required("");
    }
    if (secret != null) {
      at.at("secretRef").at("name").nonEmpty(secret.name());
    }
    initiator(at.at("initiatorname"), iscsi.initiatorName(), FORMAT);
  }

  /// The initiator's name is derived from the volume's, and the kernel bounds it.
  static void iscsiLength(Check at, String volume, ISCSIVolumeSource iscsi) {
    if (iscsi.initiatorName() != null && isTooLong(volume, iscsi.targetPortal())) {
      at.invalid(volume, ISCSI_TOO_LONG);
    }
  }

  private static boolean isTooLong(String volume, String portal) {
    return volume.length() + 1 + portal.length() > LONGEST_ISCSI_NAME;
  }

  private static void iscsiUnit(Check at, int unit) {
    if (unit < 0 || unit > HIGHEST_UNIT) {
      at.invalid(unit, UNIT);
    }
  }

  private static void initiator(Check at, @Nullable String name, String otherwise) {
    if (name != null) {
      namingAuthority(at, name, otherwise);
    }
  }

  private static void iscsiName(Check at, String name, String otherwise) {
    if (name.isEmpty()) {
      at.required("");
    } else {
      namingAuthority(at, name, otherwise);
    }
  }

  private static void namingAuthority(Check at, String name, String otherwise) {
    if (name.startsWith("iqn")) {
      matching(at, name, IQN);
    } else if (name.startsWith("eui")) {
      matching(at, name, EUI);
    } else if (name.startsWith("naa")) {
      matching(at, name, NAA);
    } else {
      at.invalid(name, otherwise);
    }
  }

  private static void matching(Check at, String name, Pattern pattern) {
    if (!pattern.matcher(name).matches()) {
      at.invalid(name, FORMAT);
    }
  }

  static void fibreChannel(Check at, FCVolumeSource channel) {
    var targets = channel.targetWWNs();
    if (targets.isEmpty() && channel.wwids().isEmpty()) {
      at.at("targetWWNs").required("must specify either targetWWNs or wwids, but not both");
    }
    if (!targets.isEmpty() && !channel.wwids().isEmpty()) {
      at.at("targetWWNs")
          .invalid(targets, "targetWWNs and wwids can not be specified simultaneously");
    }
    if (!targets.isEmpty()) {
      var unit = channel.lun();
      if (unit == null) {
        at.at("lun").required("lun is required if targetWWNs is specified");
      } else {
        iscsiUnit(at.at("lun"), unit);
      }
    }
  }

  static void rbd(Check at, List<String> monitors, String image) {
    at.at("monitors").nonEmpty(monitors);
    at.at("image").nonEmpty(image);
  }

  /// @param secretName null if there is no secret
  static void cinder(
      Check at, String volume, @Nullable String secretName, @Nullable String secretNamespace) {
    at.at("volumeID").nonEmpty(volume);
    secret(at.at("secretRef"), secretName, secretNamespace);
  }

  static void flex(Check at, String driver, Map<String, String> options) {
    at.at("driver").nonEmpty(driver);
    at.at("options")
        .each(
            options,
            (item, key, _) -> {
              int slash = key.indexOf('/');
              var namespace =
                  "." + (slash < 0 ? key : key.substring(0, slash)).toLowerCase(Locale.ROOT);
              if (namespace.endsWith(".kubernetes.io") || namespace.endsWith(".k8s.io")) {
                item.invalid(key, RESERVED);
              }
            });
  }

  static void azureFile(Check at, String secret, String share) {
    at.at("secretName").nonEmpty(secret);
    at.at("shareName").nonEmpty(share);
  }

  static void azureDisk(Check at, AzureDiskVolumeSource disk) {
    at.at("diskName").nonEmpty(disk.diskName());
    at.at("diskURI").nonEmpty(disk.diskURI());
    among(at.at("cachingMode"), disk.cachingMode(), "None", "ReadOnly", "ReadWrite");
    var kind = disk.kind();
    among(at.at("kind"), kind, "Dedicated", "Managed", "Shared");
    if (kind == null) {
      return;
    }
    if (kind.equals("Managed") && !disk.diskURI().startsWith("/subscriptions/")) {
      at.at("diskURI")
          .notSupported(
              disk.diskURI(),
              "/subscriptions/{sub-id}/resourcegroups/{group-name}"
                  + "/providers/microsoft.compute/disks/{disk-id}");
    }
    if (!kind.equals("Managed") && !disk.diskURI().startsWith("https://")) {
      at.at("diskURI")
          .notSupported(
              disk.diskURI(),
              "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd");
    }
  }

  private static void among(Check at, @Nullable String value, String... allowed) {
    if (value != null && !List.of(allowed).contains(value)) {
      at.notSupported(value, allowed);
    }
  }

  static void scaleIo(Check at, String gateway, String system, String volume) {
    at.at("gateway").nonEmpty(gateway);
    at.at("system").nonEmpty(system);
    at.at("volumeName").nonEmpty(volume);
  }

  static void storageOs(Check at, String volume, String namespace) {
    if (volume.isEmpty()) {
      at.at("volumeName").required("");
    } else {
      at.at("volumeName").format(volume, Formats::dns1123Label);
    }
    if (!namespace.isEmpty()) {
      at.at("volumeNamespace").format(namespace, Formats::dns1123Label);
    }
  }

  /// A reference to a secret.
  ///
  /// @param name null if there is none
  /// @param namespace null if it is the namespace of the object that refers to it
  static void secret(Check at, @Nullable String name, @Nullable String namespace) {
    if (name == null) {
      return;
    }
    at.at("name").nonEmpty(name);
    if (namespace != null) {
      at.at("namespace").nonEmpty(namespace);
    }
  }
}
