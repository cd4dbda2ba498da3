package io.kubejar.controllers.endpointslicemirroring;

import static io.kubejar.controllers.testing.Objects.named;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.discovery.v1.Endpoint;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.Yaml;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MirroredTest {
  @Test
  void bringsTogetherAddressesWithTheSamePorts() {
    var mirrored =
        mirrored(
            """
            - addresses: [{ip: 10.0.0.1}]
              ports: [{name: http, port: 80, protocol: TCP}]
            - addresses: [{ip: 10.0.0.1}]
              ports: [{name: https, port: 443, protocol: TCP}]
            - addresses: [{ip: 10.0.0.2}]
              ports: [{name: http, port: 80, protocol: TCP}]
            """);

    // Port 80 has two addresses and port 443 one: two slices, and no port in two of them.
    assertThat(shape(mirrored))
        .containsExactly("IPv4 http [10.0.0.1, 10.0.0.2]", "IPv4 https [10.0.0.1]");
  }

  @Test
  void hasASliceForEachFamily() {
    var mirrored =
        mirrored(
            """
            - addresses: [{ip: 10.0.0.1}, {ip: "2001:DB8::0001"}]
              notReadyAddresses: [{ip: 10.0.0.2}]
              ports: [{name: http, port: 80, protocol: TCP}]
            """);

    assertThat(shape(mirrored))
        .containsExactly("IPv4 http [10.0.0.1, 10.0.0.2 not ready]", "IPv6 http [2001:db8::1]");
  }

  @Test
  void takesAnAddressThatIsBothForNotReady() {
    var mirrored =
        mirrored(
            """
            - addresses: [{ip: 10.0.0.1}]
              ports: [{name: http, port: 80, protocol: TCP}]
            - notReadyAddresses: [{ip: 10.0.0.1}]
              ports: [{name: http, port: 80, protocol: TCP}]
            """);

    assertThat(shape(mirrored)).containsExactly("IPv4 http [10.0.0.1 not ready]");
  }

  @Test
  void keepsSubsetsWithoutPorts() {
    assertThat(shape(mirrored("- addresses: [{ip: 10.0.0.1}]")))
        .containsExactly("IPv4  [10.0.0.1]");
  }

  @Test
  void countsWhatIsNoAddress() {
    var mirrored = mirrored("- addresses: [{ip: 10.0.0.1}, {ip: here}]");

    assertThat(mirrored.invalid()).isEqualTo(1);
    assertThat(mirrored.tooMany()).isZero();
  }

  @Test
  void takesAThousandAddressesOfASubset() {
    var addresses =
        IntStream.range(0, 1003)
            .mapToObj(i -> "{ip: 10.0.%d.%d}".formatted(i / 250, i % 250 + 1))
            .collect(Collectors.joining(", "));
    var mirrored = mirrored("- addresses: [" + addresses + "]");

    assertThat(mirrored.contents())
        .singleElement()
        .satisfies(it -> assertThat(it.endpoints()).hasSize(1000));
    assertThat(mirrored.tooMany()).isEqualTo(3);
  }

  private static Mirrored mirrored(String subsets) {
    var tree = JsonObject.of("subsets", Yaml.parse(subsets));
    return Mirrored.of(Endpoints.CODEC.fromTree(tree).withMetadata(named("web")));
  }

  private static List<String> shape(Mirrored mirrored) {
    return mirrored.contents().stream()
        .map(
            it ->
                it.family()
                    + " "
                    + it.ports().stream()
                        .map(port -> String.valueOf(port.name()))
                        .collect(Collectors.joining(","))
                    + " "
                    + it.endpoints().stream().map(MirroredTest::shape).toList())
        .toList();
  }

  private static String shape(Endpoint endpoint) {
    boolean ready = Boolean.TRUE.equals(endpoint.conditions().ready());
    return endpoint.addresses().getFirst() + (ready ? "" : " not ready");
  }
}
