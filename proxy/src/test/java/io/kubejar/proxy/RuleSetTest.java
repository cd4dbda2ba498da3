package io.kubejar.proxy;

import static io.kubejar.proxy.World.ending;
import static io.kubejar.proxy.World.endpoint;
import static io.kubejar.proxy.World.nodePort;
import static io.kubejar.proxy.World.ready;
import static io.kubejar.proxy.World.service;
import static io.kubejar.proxy.World.slice;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.LoadBalancerIngress;
import io.kubejar.api.core.v1.LoadBalancerStatus;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.discovery.v1.Endpoint;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.ObjectKey;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuleSetTest {
  private static final ProxyConfig CONFIG = ProxyConfig.of("main", "n1", List.of("10.244.0.0/16"));
  private static final ObjectKey WEB = new ObjectKey("default", "web");

  private final RuleSet rules = new RuleSet(Family.IPV4, CONFIG);

  @Test
  void leadsAServiceToItsEndpoints() {
    assertThat(
            put(
                service("web", "10.96.0.7", spec -> spec),
                slice("web", ready("10.244.0.5"), ready("10.244.0.6"))))
        .isEqualTo(
            """
            add chain ip kubejar-main endpoint-e5533e3056-default/web/tcp/http__10.244.0.5/8080
            add chain ip kubejar-main endpoint-dd1de4dd58-default/web/tcp/http__10.244.0.6/8080
            add chain ip kubejar-main service-95253a1d69-default/web/tcp/http
            add rule ip kubejar-main endpoint-e5533e3056-default/web/tcp/http__10.244.0.5/8080 \
            ip saddr 10.244.0.5 jump mark-for-masquerade
            add rule ip kubejar-main endpoint-e5533e3056-default/web/tcp/http__10.244.0.5/8080 \
            meta l4proto tcp dnat to 10.244.0.5:8080
            add rule ip kubejar-main endpoint-dd1de4dd58-default/web/tcp/http__10.244.0.6/8080 \
            ip saddr 10.244.0.6 jump mark-for-masquerade
            add rule ip kubejar-main endpoint-dd1de4dd58-default/web/tcp/http__10.244.0.6/8080 \
            meta l4proto tcp dnat to 10.244.0.6:8080
            add rule ip kubejar-main service-95253a1d69-default/web/tcp/http \
            ip daddr 10.96.0.7 ip saddr != 10.244.0.0/16 jump mark-for-masquerade
            add rule ip kubejar-main service-95253a1d69-default/web/tcp/http \
            numgen random mod 2 == 0 \
            goto endpoint-e5533e3056-default/web/tcp/http__10.244.0.5/8080
            add rule ip kubejar-main service-95253a1d69-default/web/tcp/http \
            goto endpoint-dd1de4dd58-default/web/tcp/http__10.244.0.6/8080
            add element ip kubejar-main cluster-ips \
            { 10.96.0.7 . tcp . 80 : goto service-95253a1d69-default/web/tcp/http }
            """);
  }

  @Test
  void choosesAmongManyEndpointsByAMap() {
    var endpoints = new Endpoint[17];
    Arrays.setAll(endpoints, i -> ready("10.244.1." + i));

    assertThat(put(service("web", "10.96.0.7", spec -> spec), slice("web", endpoints)))
        .contains("numgen random mod 17 vmap { 0 : goto endpoint-");
  }

  @Test
  void writesOnlyWhatAnEndpointChanges() {
    var web = service("web", "10.96.0.7", spec -> spec);
    put(web, slice("web", ready("10.244.0.5"), ready("10.244.0.6")));

    assertThat(put(web, slice("web", ready("10.244.0.5"))).lines())
        .hasSize(5)
        .noneMatch(line -> line.startsWith("add chain"))
        .anyMatch(line -> line.startsWith("delete chain ip kubejar-main endpoint-dd1de4dd58"));
  }

  @Test
  void writesNothingWhenNothingChanges() {
    var web = service("web", "10.96.0.7", spec -> spec);
    put(web, slice("web", ready("10.244.0.5")));

    assertThat(put(web, slice("web", ready("10.244.0.5")))).isEmpty();
  }

  @Test
  void leavesEndpointsOutThatAreAboutToEnd() {
    var commands =
        put(
            service("web", "10.96.0.7", spec -> spec),
            slice("web", ready("10.244.0.5"), ending("10.244.0.6")));

    assertThat(commands).contains("10.244.0.5").doesNotContain("10.244.0.6");
  }

  @Test
  void usesEndingEndpointsRatherThanNone() {
    var commands =
        put(service("web", "10.96.0.7", spec -> spec), slice("web", ending("10.244.0.6")));

    assertThat(commands).contains("dnat to 10.244.0.6:8080");
  }

  @Test
  void refusesForAServiceWithoutEndpointsAndDropsWhereNoneIsLocal() {
    assertThat(put(service("web", "10.96.0.7", spec -> spec), slice("web")))
        .isEqualTo(
            "add element ip kubejar-main unserved-ips { 10.96.0.7 . tcp . 80 : goto refuse }\n");
    assertThat(
            put(
                service("web", "10.96.0.7", spec -> spec.withInternalTrafficPolicy("Local")),
                slice("web", endpoint("10.244.9.9", "n2", true, false))))
        .contains("delete element ip kubejar-main unserved-ips { 10.96.0.7 . tcp . 80 }")
        .contains("unserved-ips { 10.96.0.7 . tcp . 80 : drop }");
  }

  @Test
  void needsNoRulesForHeadlessAndExternalServices() {
    assertThat(put(service("web", "None", spec -> spec), slice("web", ready("10.244.0.5"))))
        .isEmpty();
    assertThat(
            put(
                service("web", "", spec -> spec.withType("ExternalName")),
                slice("web", ready("10.244.0.5"))))
        .isEmpty();
  }

  @Test
  void opensExternalAddressesOnlyWhenAllowed() {
    var web = service("web", "10.96.0.7", spec -> spec.withExternalIPs(List.of("192.0.2.9")));
    var slice = slice("web", ready("10.244.0.5"));

    assertThat(put(web, slice)).doesNotContain("192.0.2.9");
    assertThat(
            ServiceRules.of(web, List.of(slice), Family.IPV4, CONFIG.withExternalIPs(true))
                .elements())
        .containsKey(ServiceRules.EXTERNAL_IPS);
  }

  @Test
  void letsOnlySomeUseALoadBalancer() {
    var web =
        service(
                "web",
                "10.96.0.7",
                spec ->
                    nodePort(30080)
                        .apply(spec)
                        .withType("LoadBalancer")
                        .withLoadBalancerSourceRanges(List.of("198.51.100.0/24")))
            .toBuilder()
            .status(
                io.kubejar.api.core.v1.ServiceStatus.EMPTY.withLoadBalancer(
                    LoadBalancerStatus.EMPTY.withIngress(
                        List.of(LoadBalancerIngress.builder().ip("203.0.113.1").build()))))
            .build();

    assertThat(put(web, slice("web", ready("10.244.0.5"))))
        .contains("ip saddr != 198.51.100.0/24 drop")
        .contains("external-ips { 203.0.113.1 . tcp . 80 : goto firewall-")
        .contains("node-ports { tcp . 30080 : goto external-");
  }

  @Test
  void keepsTheFamiliesApart() {
    var web =
        service(
            "web", "10.96.0.7", spec -> spec.withClusterIPs(List.of("10.96.0.7", "fd00:96::7")));
    var slice = slice("web", ready("fd00:10::5")).withAddressType("IPv6");

    assertThat(put(web, slice)).doesNotContain("fd00").contains("unserved-ips { 10.96.0.7");
    assertThat(ServiceRules.of(web, List.of(slice), Family.IPV6, CONFIG).chains().toString())
        .contains("dnat to [fd00:10::5]:8080")
        .doesNotContain("10.96.0.7");
  }

  @Test
  void leavesAnAddressToWhoHadItFirst() {
    var config = CONFIG.withExternalIPs(true);
    var first = service("a", "10.96.0.1", spec -> spec.withExternalIPs(List.of("192.0.2.9")));
    var second = service("b", "10.96.0.2", spec -> spec.withExternalIPs(List.of("192.0.2.9")));
    var table =
        RuleSet.of(Family.IPV4, config, Map.of(first, List.of(slice("a", ready("10.244.0.5")))));
    var commands = new StringBuilder();
    table.put(
        ObjectKey.of(second),
        ServiceRules.of(second, List.of(slice("b", ready("10.244.0.6"))), Family.IPV4, config),
        commands);

    assertThat(commands.toString()).contains("10.96.0.2 . tcp . 80").doesNotContain("192.0.2.9 .");
  }

  @Test
  void takesEverythingAwayWithTheService() {
    put(
        service("web", "10.96.0.7", spec -> spec.withSessionAffinity("ClientIP")),
        slice("web", ready("10.244.0.5")));
    var commands = new StringBuilder();

    rules.put(WEB, Fragment.EMPTY, commands);

    assertThat(commands.toString().lines())
        .filteredOn(line -> line.startsWith("delete"))
        .extracting(line -> line.split(" ", -1)[1])
        .containsExactlyInAnyOrder("element", "chain", "chain", "set");
    assertThat(rules).isEqualTo(new RuleSet(Family.IPV4, CONFIG));
  }

  private String put(Service service, EndpointSlice slice) {
    var commands = new StringBuilder();
    rules.put(WEB, ServiceRules.of(service, List.of(slice), Family.IPV4, CONFIG), commands);
    return commands.toString();
  }
}
