package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.api.networking.v1.IPAddress;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.verbs.ReadOptions;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Services with addresses of one family and of both.
class DualStackTest {
  private World single;
  private World dual;

  @BeforeEach
  void start() throws InterruptedException {
    single = World.started();
    dual =
        World.started(
            options -> options.withServiceCidrs(List.of("10.96.0.0/16", "fd00:10:96::/112")));
  }

  @Test
  void givesOneFamilyUnlessMoreIsAskedFor() throws Exception {
    var created = create(dual, "s", it -> it);

    assertThat(created.spec().ipFamilyPolicy()).isEqualTo("SingleStack");
    assertThat(created.spec().ipFamilies()).containsExactly("IPv4");
    assertThat(created.spec().clusterIPs()).hasSize(1).first().asString().startsWith("10.96.");
  }

  @Test
  void givesTheFamilyThatIsAskedFor() throws Exception {
    var created = create(dual, "s", it -> it.withIpFamilies(List.of("IPv6")));

    assertThat(created.spec().clusterIPs()).hasSize(1);
    assertThat(created.spec().clusterIP()).startsWith("fd00:10:96::");
    assertThat(claimed(dual)).containsExactly(created.spec().clusterIP());
  }

  @Test
  void givesBothFamiliesInTheOrderAskedFor() throws Exception {
    var created =
        create(
            dual,
            "s",
            it -> it.withIpFamilyPolicy("RequireDualStack").withIpFamilies(List.of("IPv6")));

    assertThat(created.spec().ipFamilies()).containsExactly("IPv6", "IPv4");
    assertThat(created.spec().clusterIP()).isEqualTo(created.spec().clusterIPs().getFirst());
    assertThat(created.spec().clusterIPs().getLast()).startsWith("10.96.");
    assertThat(claimed(dual)).containsExactlyInAnyOrderElementsOf(created.spec().clusterIPs());
  }

  @Test
  void infersTheFamiliesFromTheAddresses() throws Exception {
    var created =
        create(
            dual,
            "s",
            it ->
                it.withIpFamilyPolicy("PreferDualStack")
                    .withClusterIP("fd00:10:96::7")
                    .withClusterIPs(List.of("fd00:10:96::7", "10.96.0.7")));

    assertThat(created.spec().ipFamilies()).containsExactly("IPv6", "IPv4");
    assertThat(claimed(dual)).containsExactlyInAnyOrder("fd00:10:96::7", "10.96.0.7");
  }

  @Test
  void takesWhatASingleFamilyHasWhenTwoArePreferred() throws Exception {
    var created = create(single, "s", it -> it.withIpFamilyPolicy("PreferDualStack"));

    assertThat(created.spec().ipFamilies()).containsExactly("IPv4");
    assertThatThrownBy(() -> create(single, "r", it -> it.withIpFamilyPolicy("RequireDualStack")))
        .hasMessageContaining(
            "spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this cluster is not"
                + " configured for dual-stack services");
    assertThatThrownBy(() -> create(single, "r", it -> it.withIpFamilies(List.of("IPv6"))))
        .hasMessageContaining(
            "spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured on this cluster");
    assertThatThrownBy(() -> create(single, "r", it -> it.withClusterIP("fd00::1")))
        .hasMessageContaining("IPv6 is not configured on this cluster");
  }

  @Test
  void refusesTwoAddressesForASingleFamily() {
    assertThatThrownBy(
            () ->
                create(
                    dual,
                    "s",
                    it ->
                        it.withClusterIP("10.96.0.7")
                            .withClusterIPs(List.of("10.96.0.7", "fd00:10:96::7"))))
        .hasMessageContaining(
            "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are"
                + " specified");
  }

  @Test
  void headlessServicesWithoutSelectorHaveBothFamilies() throws Exception {
    var bare = create(single, "bare", it -> it.withClusterIP("None"));
    var selecting =
        create(single, "sel", it -> it.withClusterIP("None").withSelector(Map.of("a", "b")));

    assertThat(bare.spec().ipFamilyPolicy()).isEqualTo("RequireDualStack");
    assertThat(bare.spec().ipFamilies()).containsExactly("IPv4", "IPv6");
    assertThat(selecting.spec().ipFamilyPolicy()).isEqualTo("SingleStack");
    assertThat(selecting.spec().ipFamilies()).containsExactly("IPv4");
    assertThat(claimed(single)).isEmpty();
  }

  @Test
  void gainsAndLosesTheSecondFamily() throws Exception {
    var created = create(dual, "s", it -> it);
    var upgraded = update(dual, created, it -> it.withIpFamilyPolicy("RequireDualStack"));
    var both = claimed(dual);
    var downgraded = update(dual, upgraded, it -> it.withIpFamilyPolicy("SingleStack"));

    assertThat(upgraded.spec().ipFamilies()).containsExactly("IPv4", "IPv6");
    assertThat(upgraded.spec().clusterIPs()).hasSize(2).startsWith(created.spec().clusterIP());
    assertThat(both).containsExactlyInAnyOrderElementsOf(upgraded.spec().clusterIPs());
    assertThat(downgraded.spec().clusterIPs()).containsExactly(created.spec().clusterIP());
    assertThat(downgraded.spec().ipFamilies()).containsExactly("IPv4");
    assertThat(claimed(dual)).containsExactly(created.spec().clusterIP());
  }

  @Test
  void losesTheSecondAddressOnlyWhenThePolicySaysSo() throws Exception {
    var created = create(dual, "s", it -> it.withIpFamilyPolicy("RequireDualStack"));
    var first = List.of(created.spec().clusterIP());

    assertThatThrownBy(() -> update(dual, created, it -> it.withClusterIPs(first)))
        .hasMessageContaining("must be 'SingleStack' to release the secondary cluster IP");
  }

  @Test
  void theFirstAddressStays() throws Exception {
    var created = create(dual, "s", it -> it);

    assertThatThrownBy(
            () ->
                update(
                    dual,
                    created,
                    it -> it.withClusterIP("10.96.9.9").withClusterIPs(List.of("10.96.9.9"))))
        .hasMessageContaining(
            "spec.clusterIPs[0]: Invalid value: [\"10.96.9.9\"]: may not change once set");
    assertThat(claimed(dual)).containsExactly(created.spec().clusterIP());
  }

  @Test
  void externalNamesGiveTheAddressesBack() throws Exception {
    var created = create(dual, "s", it -> it.withIpFamilyPolicy("RequireDualStack"));
    var external =
        update(dual, created, it -> it.withType("ExternalName").withExternalName("a.example.com"));
    var left = claimed(dual);
    var back = update(dual, external, it -> it.withType("ClusterIP").withExternalName(""));

    assertThat(external.spec().clusterIP()).isEmpty();
    assertThat(external.spec().clusterIPs()).isEmpty();
    assertThat(external.spec().ipFamilies()).isEmpty();
    assertThat(external.spec().ipFamilyPolicy()).isNull();
    assertThat(left).isEmpty();
    assertThat(claimed(dual)).containsExactly(back.spec().clusterIP());
  }

  private static List<String> claimed(World world) throws InterruptedException {
    return world.api.list(IPAddress.RESOURCE, ReadOptions.ALL).items().stream()
        .map(address -> address.metadata().name())
        .toList();
  }

  private static Service create(World world, String name, UnaryOperator<ServiceSpec> change)
      throws InterruptedException {
    var spec = ServiceSpec.EMPTY.withPorts(List.of(ServicePort.EMPTY.withPort(80)));
    return world.api.create(
        Service.RESOURCE,
        Service.EMPTY.withMetadata(World.named(name)).withSpec(change.apply(spec)));
  }

  private static Service update(World world, Service service, UnaryOperator<ServiceSpec> change)
      throws InterruptedException {
    var now = world.api.get(Service.RESOURCE, ObjectKey.of(service));
    return world.api.update(Service.RESOURCE, now.withSpec(change.apply(now.spec())));
  }
}
