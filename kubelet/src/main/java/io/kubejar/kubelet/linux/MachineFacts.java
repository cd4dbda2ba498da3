package io.kubejar.kubelet.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What this machine is, by the files that tell it.
public record MachineFacts(
    String machineId,
    String systemUuid,
    String bootId,
    String kernel,
    String osImage,
    String architecture,
    int cpus,
    long memoryBytes) {

  /// Reads them all.
  public static MachineFacts read() throws IOException {
    String machineId = text("/etc/machine-id");
    String uuid = text("/sys/class/dmi/id/product_uuid");
    return new MachineFacts(
        machineId,
        uuid.isEmpty() ? machineId : uuid,
        text("/proc/sys/kernel/random/boot_id"),
        text("/proc/sys/kernel/osrelease"),
        readOsImage(),
        io.kubejar.cri.ImageBuilder.architecture(),
        Runtime.getRuntime().availableProcessors(),
        readMemory());
  }

  static long readMemory() throws IOException {
    return memory("MemTotal:");
  }

  /// Memory that could be given out without swapping.
  public static long memoryAvailableBytes() throws IOException {
    return memory("MemAvailable:");
  }

  private static long memory(String field) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      if (line.startsWith(field)) {
        return Long.parseLong(line.substring(field.length()).replace("kB", "").strip()) * 1024;
      }
    }
    throw new IOException("/proc/meminfo has no " + field);
  }

  private static String text(String file) throws IOException {
    var path = Path.of(file);
    return Files.isReadable(path) ? Files.readString(path).strip() : "";
  }

  private static String readOsImage() throws IOException {
    for (String line : text("/etc/os-release").lines().toList()) {
      if (line.startsWith("PRETTY_NAME=")) {
        return line.substring("PRETTY_NAME=".length()).replace("\"", "");
      }
    }
    return "Linux";
  }
}
