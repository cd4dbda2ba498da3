package io.kubejar.standalone.layout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;

/// What stays the same over the life of a cluster: its name, its place among the clusters of this
/// machine, and the ports and networks that follow from it.
///
/// @param index the cluster's place on this machine, from 0; no two clusters share one, so that
///   their pod and service networks never overlap
/// @param apiPort the port of the API server
/// @param kubeletPort the port of the kubelet's HTTPS server
/// @param node whether a node belongs to the cluster, beside the control plane
public record ClusterRecord(
    String name, Path dataDir, int index, int apiPort, int kubeletPort, boolean node) {
  /// Pod networks are 10.244.0.0/16 downwards, service networks 10.96.0.0/16 upwards.
  public static final int MAX_CLUSTERS = 100;

  private static final int FIRST_POD_OCTET = 244;
  private static final int FIRST_SERVICE_OCTET = 96;

  public ClusterRecord {
    if (index < 0 || index >= MAX_CLUSTERS) {
      throw new IllegalArgumentException("index out of range: " + index);
    }
  }

  public ClusterLayout layout() {
    return new ClusterLayout(dataDir);
  }

  public String podCidr() {
    return "10." + podOctet() + ".0.0/16";
  }

  /// The part of the pod network that the node in this process hands out.
  public String nodePodCidr() {
    return "10." + podOctet() + ".0.0/24";
  }

  /// The first address of the node's pod network: its bridge.
  public String bridgeAddress() {
    return "10." + podOctet() + ".0.1";
  }

  public String serviceCidr() {
    return "10." + (FIRST_SERVICE_OCTET + index) + ".0.0/16";
  }

  public String dnsAddress() {
    return "10." + (FIRST_SERVICE_OCTET + index) + ".0.10";
  }

  /// The name of the kubeconfig context.
  public String context() {
    return "kubejar-" + name;
  }

  /// A short name that is unique on this machine, for bridges and rule tables (15 characters at
  /// most for a network interface).
  public String networkName() {
    return "kubejar" + index;
  }

  public ClusterRecord withNode(boolean node) {
    return new ClusterRecord(name, dataDir, index, apiPort, kubeletPort, node);
  }

  /// Reads the record below `dataDir`, if a cluster was ever created there.
  public static Optional<ClusterRecord> load(Path dataDir) {
    var file = new ClusterLayout(dataDir).record();
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    var properties = new Properties();
    try (var in = Files.newBufferedReader(file)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    return Optional.of(
        new ClusterRecord(
            required(properties, "name", file),
            dataDir,
            Integer.parseInt(required(properties, "index", file)),
            Integer.parseInt(required(properties, "api-port", file)),
            Integer.parseInt(required(properties, "kubelet-port", file)),
            Boolean.parseBoolean(required(properties, "node", file))));
  }

  /// Writes the record durably enough to find the cluster again: whole or not at all.
  public void save() {
    var properties = new Properties();
    properties.setProperty("name", name);
    properties.setProperty("index", Integer.toString(index));
    properties.setProperty("api-port", Integer.toString(apiPort));
    properties.setProperty("kubelet-port", Integer.toString(kubeletPort));
    properties.setProperty("node", Boolean.toString(node));
    var file = layout().record();
    var staging = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(dataDir);
      try (var out = Files.newBufferedWriter(staging)) {
        properties.store(out, "Kubejar cluster; written once, when the cluster is created");
      }
      Files.move(
          staging, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private int podOctet() {
    return FIRST_POD_OCTET - index;
  }

  private static String required(Properties properties, String key, Path file) {
    var value = properties.getProperty(key);
    if (value == null) {
      throw new IllegalStateException(file + " has no " + key + "; the file is damaged");
    }
    return value;
  }
}
