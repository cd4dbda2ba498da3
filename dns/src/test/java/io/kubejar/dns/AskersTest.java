package io.kubejar.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AskersTest {
  private final Askers askers = Askers.of(List.of("10.244.0.0/20", "fd00:10::/32"));

  @Test
  void answersPodsAndNobodyElse() {
    assertThat(askers.test(Addresses.parse("10.244.15.255"))).isTrue();
    assertThat(askers.test(Addresses.parse("10.244.16.0"))).isFalse();
    assertThat(askers.test(Addresses.parse("fd00:10::5"))).isTrue();
    assertThat(askers.test(Addresses.parse("fd00:11::5"))).isFalse();
    assertThat(askers.test(Addresses.parse("203.0.113.7"))).isFalse();
  }

  @Test
  void answersTheMachineUnderAllItsAddresses() throws SocketException {
    assertThat(NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses))
        .isNotEmpty()
        .allMatch((InetAddress address) -> askers.test(address));
  }
}
