package io.kubejar.proxy.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelSettingsTest {
  @TempDir private Path directory;
  private KernelSettings settings;

  @BeforeEach
  void writeSettings() throws IOException {
    write("net/ipv4/ip_forward", "0\n");
    write("net/ipv4/conf/all/send_redirects", "1\n");
    settings = new KernelSettings(directory.resolve("sys"), directory.resolve("run/before"));
  }

  @Test
  void turnsForwardingOnAndPutsItBack() throws IOException {
    write("net/bridge/bridge-nf-call-iptables", "1\n");

    assertThat(settings.prepare(false)).isTrue();
    assertThat(read("net/ipv4/ip_forward")).isEqualTo("1");

    settings.restore();
    assertThat(read("net/ipv4/ip_forward")).isEqualTo("0");
    assertThat(read("net/ipv4/conf/all/send_redirects")).isEqualTo("1");
    assertThat(directory.resolve("run/before")).doesNotExist();
  }

  @Test
  void saysWhenTheKernelHidesBridgedPackets() throws IOException {
    assertThat(settings.prepare(false)).isFalse();
  }

  @Test
  void remembersTheFirstValueOfAll() throws IOException {
    settings.prepare(false);
    write("net/ipv4/ip_forward", "0");
    settings.prepare(false);

    settings.restore();

    assertThat(read("net/ipv4/ip_forward")).isEqualTo("0");
  }

  private void write(String name, String value) throws IOException {
    var file = directory.resolve("sys").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, value);
  }

  private String read(String name) throws IOException {
    return Files.readString(directory.resolve("sys").resolve(name)).strip();
  }
}
