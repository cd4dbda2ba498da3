package io.kubejar.proxy.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The kernel settings that pods and Services need, and what they were before.
///
/// The record is one per machine, not per cluster: the last cluster to leave restores what the
/// first one found.
public final class KernelSettings {
  private static final Logger log = LoggerFactory.getLogger(KernelSettings.class);
  private static final String BRIDGED_IPV4 = "net/bridge/bridge-nf-call-iptables";
  private static final String BRIDGED_IPV6 = "net/bridge/bridge-nf-call-ip6tables";

  private final Path sysctls;
  private final Path before;

  /// @param sysctls usually `/proc/sys`
  /// @param before the file to remember old values in; a restart of the machine should lose it, as
  ///   it loses the settings
  public KernelSettings(Path sysctls, Path before) {
    this.sysctls = sysctls;
    this.before = before;
  }

  /// Makes the machine forward packets, and address translation work between pods on one bridge.
  ///
  /// @return whether the kernel shows bridged packets to the packet filter
  public boolean prepare(boolean ipv6) throws IOException {
    var wanted = new LinkedHashMap<String, String>();
    wanted.put("net/ipv4/ip_forward", "1");
    // A pod must not be told to reach a Service by going to one of its endpoints directly.
    wanted.put("net/ipv4/conf/all/send_redirects", "0");
    wanted.put(BRIDGED_IPV4, "1");
    if (ipv6) {
      wanted.put("net/ipv6/conf/all/forwarding", "1");
      wanted.put(BRIDGED_IPV6, "1");
    }
    set(wanted);
    return isOne(BRIDGED_IPV4) && (!ipv6 || isOne(BRIDGED_IPV6));
  }

  /// Turns off the redirects of one bridge, which the setting for all does not reach.
  public void quietBridge(String bridge) throws IOException {
    set(Map.of("net/ipv4/conf/" + bridge + "/send_redirects", "0"));
  }

  /// Puts the old values back. Without effect if nothing was changed.
  public void restore() throws IOException {
    var old = read();
    for (var name : old.stringPropertyNames()) {
      var file = sysctls.resolve(name);
      if (Files.exists(file)) { // A bridge may be gone, and its settings with it.
        Files.writeString(file, old.getProperty(name));
      }
    }
    Files.deleteIfExists(before);
  }

  private void set(Map<String, String> wanted) throws IOException {
    var old = read();
    for (var setting : wanted.entrySet()) {
      var file = sysctls.resolve(setting.getKey());
      if (!Files.exists(file)) {
        log.info("The kernel has no such setting. name={}", setting.getKey());
        continue;
      }
      var now = Files.readString(file).strip();
      if (now.equals(setting.getValue())) {
        continue;
      }
      if (old.putIfAbsent(setting.getKey(), now) == null) {
        write(old); // Before the change: a crash in between must not lose it.
      }
      Files.writeString(file, setting.getValue());
      log.info(
          "Changed a kernel setting. name={} from={} to={}",
          setting.getKey(),
          now,
          setting.getValue());
    }
  }

  private boolean isOne(String name) throws IOException {
    var file = sysctls.resolve(name);
    return Files.exists(file) && Files.readString(file).strip().equals("1");
  }

  private Properties read() throws IOException {
    var properties = new Properties();
    if (Files.exists(before)) {
      try (var reader = Files.newBufferedReader(before)) {
        properties.load(reader);
      }
    }
    return properties;
  }

  private void write(Properties properties) throws IOException {
    var directory = before.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    try (var writer = Files.newBufferedWriter(before)) {
      properties.store(writer, "kernel settings before the first cluster");
    }
  }
}
