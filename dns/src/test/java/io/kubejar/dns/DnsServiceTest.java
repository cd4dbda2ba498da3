package io.kubejar.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ServicePort;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class DnsServiceTest {
  private final DnsService dns =
      new DnsService("10.96.0.10", new InetSocketAddress(Addresses.parse("10.244.0.1"), 5353));

  @Test
  void hasTheAddressThatPodsAreToldAndNoSelector() {
    var spec = dns.service().spec();

    assertThat(spec.clusterIP()).isEqualTo("10.96.0.10");
    assertThat(spec.selector()).isEmpty();
    assertThat(spec.ports()).extracting(ServicePort::protocol).containsExactly("UDP", "TCP");
    assertThat(spec.ports()).allMatch(port -> port.port() == 53);
  }

  @Test
  void leadsToTheServerWhereverItListens() {
    var slice = dns.endpoints();

    assertThat(slice.metadata().labels()).containsEntry("kubernetes.io/service-name", "kube-dns");
    assertThat(slice.endpoints().getFirst().addresses()).containsExactly("10.244.0.1");
    assertThat(slice.ports())
        .allSatisfy(port -> assertThat(port.port()).isEqualTo(5353))
        .extracting(port -> port.name())
        .containsExactly("dns", "dns-tcp");
  }
}
