package io.kubejar.apimachinery.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class IpRangeTest {
  @Test
  void countsFromItsFirstAddress() {
    assertThat(IpRange.of("10.96.0.7/16").address(257)).isEqualTo("10.96.1.1");
    assertThat(IpRange.of("fd00:0:0:1::/64").address(0x1_0001)).isEqualTo("fd00::1:0:0:1:1");
    assertThat(IpRange.of("200.0.0.0/8")).hasToString("200.0.0.0/8");
  }

  @Test
  void leavesOutTheNetworkAndTheBroadcastAddress() {
    var ipv4 = IpRange.of("10.0.0.0/28");
    var ipv6 = IpRange.of("fd00::/124");

    assertThat(ipv4.hasHost("10.0.0.0")).isFalse();
    assertThat(ipv4.hasHost("10.0.0.1")).isTrue();
    assertThat(ipv4.hasHost("10.0.0.14")).isTrue();
    assertThat(ipv4.hasHost("10.0.0.15")).isFalse();
    assertThat(ipv4.hasHost("10.0.0.16")).isFalse();
    assertThat(ipv4.hasHost("fd00::1")).isFalse();
    assertThat(ipv6.hasHost("fd00::")).isFalse();
    assertThat(ipv6.hasHost("fd00::f")).isTrue();
    assertThat(ipv6.hasHost("fd00::10")).isFalse();
  }

  @Test
  void containsSmallerRanges() {
    var wide = IpRange.of("10.0.0.0/8");
    var narrow = IpRange.of("10.9.0.0/16");

    assertThat(wide.contains(narrow)).isTrue();
    assertThat(narrow.contains(wide)).isFalse();
    assertThat(narrow.overlaps(wide)).isTrue();
    assertThat(narrow.overlaps(IpRange.of("10.8.0.0/16"))).isFalse();
    assertThat(IpRange.of("::/0").contains(wide)).isFalse();
  }

  @Test
  void refusesWhatIsNoRange() {
    assertThatThrownBy(() -> IpRange.of("10.0.0.0")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> IpRange.of("10.0.0.0/33"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> IpRange.of("host/8")).isInstanceOf(IllegalArgumentException.class);
  }
}
