package io.kubejar.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.api.discovery.v1.Endpoint;
import io.kubejar.api.discovery.v1.EndpointConditions;
import io.kubejar.api.discovery.v1.EndpointPort;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.client.Informer;
import io.kubejar.client.Informers;
import io.kubejar.client.ListOptions;
import io.kubejar.client.testing.FakeInformer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.ServiceUnavailableException;
import javax.naming.directory.InitialDirContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Asks over real sockets, with the JDK's DNS client: it knows nothing of our codec.
class DnsTest {
  private static final InetAddress LOCAL = InetAddress.getLoopbackAddress();

  private final FakeInformer<Namespace> namespaces = new FakeInformer<>();
  private final FakeInformer<Service> services = new FakeInformer<>();
  private final FakeInformer<EndpointSlice> slices = new FakeInformer<>();
  private final List<DnsServer> servers = new ArrayList<>();
  private DnsServer server;

  @BeforeEach
  void start() throws IOException {
    namespaces.put(
        Namespace.builder().metadata(ObjectMeta.builder().name("default").build()).build());
    server = start("cluster.local", List.of());
  }

  @AfterEach
  void stop() {
    servers.forEach(DnsServer::close);
  }

  @Test
  void givesTheClusterAddressOfAService() throws NamingException {
    services.put(service("web", "10.96.0.7", spec -> spec));

    assertThat(ask("web.default.svc.cluster.local", "A")).containsExactly("10.96.0.7");
  }

  @Test
  void doesNotCareAboutCase() throws NamingException {
    services.put(service("web", "10.96.0.7", spec -> spec));

    assertThat(ask("WEB.Default.SVC.Cluster.LOCAL", "A")).containsExactly("10.96.0.7");
  }

  @Test
  void givesBothAddressesOfADualStackService() throws NamingException {
    services.put(
        service("web", "10.96.0.7", spec -> spec.withClusterIPs(List.of("10.96.0.7", "fd00::7"))));

    assertThat(ask("web.default.svc.cluster.local", "A")).containsExactly("10.96.0.7");
    assertThat(ask("web.default.svc.cluster.local", "AAAA")).containsExactly("fd00::7");
  }

  @Test
  void saysNothingButDoesNotDenyTheNameWhenThereIsNoSuchType() throws NamingException {
    services.put(service("web", "10.96.0.7", spec -> spec));

    assertThat(ask("web.default.svc.cluster.local", "AAAA")).isEmpty();
  }

  @Test
  void deniesNamesThatDoNotExist() {
    for (var name :
        List.of(
            "nobody.default.svc.cluster.local",
            "web.nowhere.svc.cluster.local",
            "a.b.c.d.e.default.svc.cluster.local",
            "nonsense.cluster.local",
            "10-0-0-1.nowhere.pod.cluster.local",
            "web.default.pod.cluster.local")) {
      assertThatThrownBy(() -> ask(name, "A")).as(name).isInstanceOf(NameNotFoundException.class);
    }
  }

  @Test
  void givesAllReadyEndpointsOfAHeadlessService() throws NamingException {
    services.put(service("db", "None", spec -> spec));
    slices.put(
        slice(
            "db",
            endpoint("10.244.0.5", "db-0", true),
            endpoint("10.244.0.6", null, true),
            endpoint("10.244.0.7", "db-2", false)));

    assertThat(ask("db.default.svc.cluster.local", "A"))
        .containsExactlyInAnyOrder("10.244.0.5", "10.244.0.6");
    assertThat(ask("db-0.db.default.svc.cluster.local", "A")).containsExactly("10.244.0.5");
    assertThat(ask("10-244-0-6.db.default.svc.cluster.local", "A")).containsExactly("10.244.0.6");
    assertThatThrownBy(() -> ask("db-2.db.default.svc.cluster.local", "A"))
        .isInstanceOf(NameNotFoundException.class);
  }

  @Test
  void showsEndpointsThatAreNotReadyIfTheServiceSaysSo() throws NamingException {
    services.put(service("db", "None", spec -> spec.withPublishNotReadyAddresses(true)));
    slices.put(slice("db", endpoint("10.244.0.7", "db-2", false)));

    assertThat(ask("db-2.db.default.svc.cluster.local", "A")).containsExactly("10.244.0.7");
  }

  @Test
  void locatesNamedPorts() throws NamingException {
    services.put(service("web", "10.96.0.7", spec -> spec));
    services.put(service("db", "None", spec -> spec));
    slices.put(
        slice("db", endpoint("10.244.0.5", "db-0", true), endpoint("10.244.0.6", "db-1", true)));

    assertThat(ask("_http._tcp.web.default.svc.cluster.local", "SRV"))
        .containsExactly("0 100 80 web.default.svc.cluster.local.");
    assertThat(ask("_http._tcp.db.default.svc.cluster.local", "SRV"))
        .containsExactlyInAnyOrder(
            "0 50 8080 db-0.db.default.svc.cluster.local.",
            "0 50 8080 db-1.db.default.svc.cluster.local.");
    assertThatThrownBy(() -> ask("_http._udp.web.default.svc.cluster.local", "SRV"))
        .isInstanceOf(NameNotFoundException.class);
  }

  @Test
  void givesThePodItsAddressBack() throws NamingException {
    assertThat(ask("10-244-0-9.default.pod.cluster.local", "A")).containsExactly("10.244.0.9");
  }

  @Test
  void knowsTheNamesOfAddresses() throws NamingException {
    services.put(service("web", "10.96.0.7", spec -> spec));
    services.put(service("db", "None", spec -> spec));
    slices.put(slice("db", endpoint("10.244.0.5", "db-0", true)));

    assertThat(ask("7.0.96.10.in-addr.arpa", "PTR"))
        .containsExactly("web.default.svc.cluster.local.");
    assertThat(ask("5.0.244.10.in-addr.arpa", "PTR"))
        .containsExactly("db-0.db.default.svc.cluster.local.");
  }

  @Test
  void tellsTheVersionOfTheSpecification() throws NamingException {
    assertThat(ask("dns-version.cluster.local", "TXT")).containsExactly("1.1.0");
  }

  @Test
  void leadsToTheOutsideWithAnAlias() throws Exception {
    var outside = start("example.org", List.of());
    services.put(service("www", "192.0.2.1", spec -> spec));
    server.close();
    server = start("cluster.local", outside.addresses());
    services.put(
        service(
            "ext",
            "",
            spec -> spec.withType("ExternalName").withExternalName("www.default.svc.example.org")));

    assertThat(ask("ext.default.svc.cluster.local", "CNAME"))
        .containsExactly("www.default.svc.example.org.");
    assertThat(ask("ext.default.svc.cluster.local", "A")).containsExactly("192.0.2.1");
  }

  @Test
  void asksTheUpstreamAboutOtherNames() throws Exception {
    var outside = start("example.org", List.of());
    services.put(service("www", "192.0.2.1", spec -> spec));
    server = start("cluster.local", outside.addresses());

    assertThat(ask("www.default.svc.example.org", "A")).containsExactly("192.0.2.1");
    assertThatThrownBy(() -> ask("nobody.default.svc.example.org", "A"))
        .isInstanceOf(NameNotFoundException.class);
  }

  @Test
  void failsOtherNamesWhenThereIsNobodyToAsk() {
    assertThatThrownBy(() -> ask("example.org", "A"))
        .isInstanceOf(ServiceUnavailableException.class);
  }

  @Test
  void sendsLargeAnswersOverTcp() throws NamingException {
    services.put(service("many", "None", spec -> spec));
    var endpoints = new Endpoint[100];
    Arrays.setAll(endpoints, i -> endpoint("10.244.1." + i, null, true));
    slices.put(slice("many", endpoints));

    assertThat(ask("many.default.svc.cluster.local", "A")).hasSize(100);
  }

  @Test
  void doesNotDenyAnythingBeforeItKnowsTheCluster() {
    services.setSynced(false);

    assertThatThrownBy(() -> ask("web.default.svc.cluster.local", "A"))
        .isInstanceOf(ServiceUnavailableException.class);
  }

  @Test
  void saysThatItDoesNotUnderstand() throws IOException {
    byte[] twoQuestions = QueryWriter.query(7, new Question("a.b", 1));
    twoQuestions[5] = 2;

    byte[] answer = exchange(twoQuestions);

    assertThat(answer[3] & 0xf).isEqualTo(ResponseCode.FORMAT_ERROR);
    assertThat(answer[1]).isEqualTo((byte) 7);
  }

  @Test
  void survivesEveryTornQuery() throws IOException, NamingException {
    services.put(service("web", "10.96.0.7", spec -> spec));
    byte[] query = QueryWriter.query(7, new Question("web.default.svc.cluster.local", 1));
    try (var socket = new DatagramSocket()) {
      for (int length = 0; length < query.length; length++) {
        socket.send(new DatagramPacket(query, length, server.addresses().getFirst()));
      }
      byte[] noise = new byte[512];
      new java.util.Random(1).nextBytes(noise);
      socket.send(new DatagramPacket(noise, noise.length, server.addresses().getFirst()));
    }

    assertThat(ask("web.default.svc.cluster.local", "A")).containsExactly("10.96.0.7");
  }

  @Test
  void answersOnlyWhomItMay() throws IOException {
    var closed =
        DnsServer.start(
            List.of(new InetSocketAddress(LOCAL, 0)),
            _ -> false,
            resolver("cluster.local", List.of()));
    servers.add(closed);
    try (var socket = new DatagramSocket()) {
      byte[] query = QueryWriter.query(7, new Question("cluster.local", RecordType.SOA));
      socket.setSoTimeout(200);
      socket.send(new DatagramPacket(query, query.length, closed.addresses().getFirst()));

      assertThatThrownBy(() -> socket.receive(new DatagramPacket(new byte[512], 512)))
          .isInstanceOf(java.net.SocketTimeoutException.class);
    }
  }

  private byte[] exchange(byte[] query) throws IOException {
    try (var socket = new DatagramSocket()) {
      socket.setSoTimeout(2_000);
      socket.send(new DatagramPacket(query, query.length, server.addresses().getFirst()));
      var answer = new DatagramPacket(new byte[512], 512);
      socket.receive(answer);
      return Arrays.copyOf(answer.getData(), answer.getLength());
    }
  }

  @SuppressWarnings({"BanJNDI", "JdkObsolete"}) // A DNS client that is not ours, and what it wants.
  private List<String> ask(String name, String type) throws NamingException {
    var environment = new Hashtable<String, String>();
    environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
    environment.put(
        Context.PROVIDER_URL, "dns://127.0.0.1:" + server.addresses().getFirst().getPort());
    var context = new InitialDirContext(environment);
    try {
      var attribute = context.getAttributes(name, new String[] {type}).get(type);
      var values = new ArrayList<String>();
      for (int i = 0; attribute != null && i < attribute.size(); i++) {
        values.add(attribute.get(i).toString());
      }
      return values;
    } finally {
      context.close();
    }
  }

  private DnsServer start(String domain, List<InetSocketAddress> upstreams) throws IOException {
    var started =
        DnsServer.start(
            List.of(new InetSocketAddress(LOCAL, 0)), _ -> true, resolver(domain, upstreams));
    servers.add(started);
    return started;
  }

  private Resolver resolver(String domain, List<InetSocketAddress> upstreams) {
    return Resolver.of(
        DnsConfig.of(domain, Addresses.parse("10.96.0.10"), upstreams),
        new World(),
        new SecureRandom());
  }

  private final class World implements Informers {
    @Override
    @SuppressWarnings("unchecked")
    public <T extends KubernetesObject> Informer<T> informer(
        ResourceType<T> type, ListOptions selection) {
      if (type.type() == Service.class) {
        return (Informer<T>) services;
      }
      return (Informer<T>) (type.type() == Namespace.class ? namespaces : slices);
    }

    @Override
    public void forget(ResourceType<?> type) {
      throw new IllegalArgumentException("always served: " + type);
    }
  }

  private static Service service(String name, String address, UnaryOperator<ServiceSpec> change) {
    return Service.builder()
        .metadata(ObjectMeta.builder().namespace("default").name(name).build())
        .spec(
            change.apply(
                ServiceSpec.builder()
                    .type("ClusterIP")
                    .clusterIP(address)
                    .ports(
                        List.of(
                            ServicePort.builder().name("http").protocol("TCP").port(80).build()))
                    .build()))
        .build();
  }

  private static EndpointSlice slice(String service, Endpoint... endpoints) {
    return EndpointSlice.builder()
        .metadata(
            ObjectMeta.builder()
                .namespace("default")
                .name(service + "-x")
                .labels(Map.of("kubernetes.io/service-name", service))
                .build())
        .addressType("IPv4")
        .ports(List.of(EndpointPort.builder().name("http").protocol("TCP").port(8080).build()))
        .endpoints(List.of(endpoints))
        .build();
  }

  private static Endpoint endpoint(String address, @Nullable String hostname, boolean ready) {
    return Endpoint.builder()
        .addresses(List.of(address))
        .hostname(hostname)
        .conditions(EndpointConditions.builder().ready(ready).build())
        .build();
  }
}
