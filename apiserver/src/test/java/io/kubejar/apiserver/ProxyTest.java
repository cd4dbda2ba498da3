package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubejar.api.core.v1.ContainerPort;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodIP;
import io.kubejar.api.core.v1.PodStatus;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.api.discovery.v1.Endpoint;
import io.kubejar.api.discovery.v1.EndpointPort;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests through the server to pods and Services. The pod is a server in this process.
class ProxyTest {
  private static final String PODS = "/api/v1/namespaces/default/pods/";
  private static final String SERVICES = "/api/v1/namespaces/default/services/";

  private static TestServer server;
  private static HttpServer plain;
  private static HttpServer secure;
  private static Http admin;

  @BeforeAll
  static void start() throws Exception {
    var address = OwnAddress.find();
    assumeTrue(address.isPresent(), "needs an address that is not the loopback's");
    server = TestServer.start();
    var listen = new InetSocketAddress(address.get(), 0);
    plain = HttpServer.start(ServerOptions.http(listen), ProxyTest::answer);
    secure = HttpServer.start(ServerOptions.https(listen, TestServer.nodeTls()), ProxyTest::answer);
    var api = server.admin();
    api.create(ServiceAccount.RESOURCE, ServiceAccount.EMPTY.withMetadata(World.named("default")));
    pod("web", address.get().getHostAddress());
    pod("loop", "127.0.0.1");
    service(address.get().getHostAddress());
    admin = Http.as(server, "admin", "system:masters");
  }

  private static void pod(String name, String address) throws InterruptedException {
    var port = ContainerPort.EMPTY.withContainerPort(plain.address().getPort());
    var pod = World.pod(name);
    var container = pod.spec().containers().getFirst().withPorts(List.of(port));
    var api = server.admin();
    var created =
        api.create(Pod.RESOURCE, pod.withSpec(pod.spec().withContainers(List.of(container))));
    var status = PodStatus.EMPTY.withPodIPs(List.of(PodIP.EMPTY.withIp(address)));
    api.updateSubresource(Pod.RESOURCE, created.withStatus(status.withPodIP(address)), "status");
  }

  private static void service(String address) throws InterruptedException {
    var ports =
        List.of(
            ServicePort.EMPTY.withName("http").withPort(80),
            ServicePort.EMPTY.withName("https").withPort(443));
    var api = server.admin();
    api.create(
        Service.RESOURCE,
        Service.EMPTY
            .withMetadata(World.named("web"))
            .withSpec(ServiceSpec.EMPTY.withPorts(ports)));
    var target = ObjectReference.EMPTY.withKind("Pod").withNamespace("default").withName("web");
    var endpoint = Endpoint.EMPTY.withAddresses(List.of(address));
    slice("web-1", endpoint.withTargetRef(target));
    // Nobody's pod: it must never be chosen.
    slice("web-2", Endpoint.EMPTY.withAddresses(List.of("203.0.113.9")));
  }

  private static void slice(String name, Endpoint endpoint) throws InterruptedException {
    server
        .admin()
        .create(
            EndpointSlice.RESOURCE,
            EndpointSlice.EMPTY
                .withMetadata(
                    World.named(name).withLabels(Map.of("kubernetes.io/service-name", "web")))
                .withAddressType(endpoint.addresses().getFirst().contains(":") ? "IPv6" : "IPv4")
                .withEndpoints(List.of(endpoint))
                .withPorts(
                    List.of(
                        EndpointPort.EMPTY.withName("http").withPort(plain.address().getPort()),
                        EndpointPort.EMPTY
                            .withName("https")
                            .withPort(secure.address().getPort()))));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      plain.close();
      secure.close();
      server.close();
    }
  }

  /// Tells what it was asked.
  private static void answer(Exchange exchange) throws Exception {
    switch (exchange.rawPath()) {
      case "/redirect" -> exchange.reply(302, Headers.of("Location", "/elsewhere"), new byte[0]);
      case "/page" -> exchange.reply(200, "text/html; charset=utf-8", "<a href=\"/next\">next</a>");
      case "/echo" -> {
        try (var out = exchange.stream(200, Headers.of("Content-Type", "text/plain"))) {
          exchange.unlimitedBody().transferTo(out);
        }
      }
      default -> exchange.reply(200, headers(exchange), asked(exchange));
    }
  }

  private static Headers headers(Exchange exchange) {
    return Headers.of(
        "Content-Type",
        "text/plain",
        "Uri",
        exchange.headers().firstOr("X-Forwarded-Uri", ""),
        "Authorized",
        exchange.headers().firstOr("Authorization", ""),
        "Access-Control-Allow-Origin",
        "*");
  }

  private static byte[] asked(Exchange exchange) {
    return (exchange.method()
            + " "
            + exchange.scheme()
            + " "
            + exchange.rawPath()
            + "?"
            + exchange.rawQuery())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
  void passesEveryMethodToPodsAndServices(String method) throws Exception {
    assertThat(text(admin.send(method, PODS + "web/proxy/a%20b/?c=d&e", new byte[0])))
        .isEqualTo(method + " http /a%20b/?c=d&e");
    assertThat(text(admin.send(method, SERVICES + "web:http/proxy/some/path", new byte[0])))
        .isEqualTo(method + " http /some/path?");
  }

  @Test
  void passesHeadWithoutABody() throws Exception {
    var answer = admin.send("HEAD", PODS + "web/proxy/x", new byte[0]);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void takesSchemeAndPortFromTheName() throws Exception {
    int port = secure.address().getPort();

    assertThat(text(admin.get(PODS + "https:web:" + port + "/proxy/"))).isEqualTo("GET https /?");
    assertThat(text(admin.get(SERVICES + "https:web:443/proxy/"))).isEqualTo("GET https /?");
    assertThat(text(admin.get(SERVICES + "web:80/proxy/"))).isEqualTo("GET http /?");
  }

  @Test
  void streamsBodiesOfAnySize() throws Exception {
    var body = "x".repeat(5_000_000).getBytes(StandardCharsets.UTF_8);

    assertThat(admin.send("POST", PODS + "web/proxy/echo", body).body()).isEqualTo(body);
  }

  @Test
  void leadsAnEmptyPathToTheOneWithASlash() throws Exception {
    var answer = admin.get(PODS + "web/proxy?a=b");

    assertThat(answer.statusCode()).isEqualTo(301);
    assertThat(answer.headers().firstValue("Location")).contains(PODS + "web/proxy/?a=b");
  }

  @Test
  void leadsRedirectsAndLinksThroughItself() throws Exception {
    var redirect = admin.get(PODS + "web/proxy/redirect");
    var page = admin.get(SERVICES + "web:http/proxy/page");

    assertThat(redirect.headers().firstValue("Location")).contains(PODS + "web/proxy/elsewhere");
    assertThat(text(page)).isEqualTo("<a href=\"" + SERVICES + "web:http/proxy/next\">next</a>");
  }

  @Test
  void tellsThePodWhereItIsAndKeepsWhatIsNotItsBusiness() throws Exception {
    var answer = admin.get(PODS + "web/proxy/a/b/", "Authorization", "Basic c2VjcmV0");

    assertThat(answer.headers().firstValue("Uri")).contains(PODS + "web/proxy/a/b/");
    assertThat(answer.headers().firstValue("Authorized")).contains("");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void refusesAddressesOfThisMachineItself() throws Exception {
    assertThat(Http.status(admin.get(PODS + "loop/proxy/")))
        .containsEntry("code", "400")
        .containsEntry("message", "address not allowed");
  }

  @Test
  void saysWhatIsWrongWithNamesAndPorts() throws Exception {
    assertThat(Http.status(admin.get(PODS + "ftp:web:1/proxy/")))
        .containsEntry("code", "400")
        .containsEntry("message", "invalid pod request \"ftp:web:1\"");
    assertThat(Http.status(admin.get(SERVICES + "web:81/proxy/")))
        .containsEntry("code", "503")
        .containsEntry("message", "no service port 81 found for service \"web\"");
    assertThat(Http.status(admin.get(SERVICES + "web:other/proxy/")))
        .containsEntry("code", "503")
        .containsEntry("message", "no endpoints available for service \"web\"");
  }

  @Test
  void saysThatNobodyListens() throws Exception {
    var answer = Http.status(admin.get(PODS + "web:1/proxy/"));

    assertThat(answer).containsEntry("code", "503").containsEntry("reason", "ServiceUnavailable");
    assertThat(answer.get("message"))
        .startsWith("error trying to reach service: dial tcp ")
        .endsWith(":1: connect: connection refused");
  }
}
