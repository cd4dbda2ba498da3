package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.api.apiregistration.v1.APIServiceCondition;
import io.kubejar.api.apiregistration.v1.APIServiceSpec;
import io.kubejar.api.apiregistration.v1.ServiceReference;
import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.api.discovery.v1.Endpoint;
import io.kubejar.api.discovery.v1.EndpointPort;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.cache.WatchItem;
import io.kubejar.apiserver.verbs.ReadOptions;
import io.kubejar.apiserver.verbs.Watching;
import io.kubejar.http.Headers;
import io.kubejar.http.UpgradeClient;
import io.kubejar.http.pki.Pem;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A group that a real server behind a Service answers for, and the APIServices of this server's
/// own groups.
class AggregationTest {
  private static final String FLUNDERS = ExtensionServer.ROOT + "/namespaces/default/flunders";
  private static final String DISCOVERY_V2 =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static InetAddress address;
  private static TestServer server;
  private static ExtensionServer extension;
  private static Http admin;

  @BeforeAll
  static void start() throws Exception {
    var own = OwnAddress.find();
    assumeTrue(own.isPresent(), "needs an address that is not the loopback's");
    address = own.get();
    server = TestServer.start();
    extension = ExtensionServer.start(address);
    admin = Http.as(server, "jane", "system:masters", "devs");
    service("wardle", extension.port());
    server
        .admin()
        .create(APIService.RESOURCE, apiService(ExtensionServer.GROUP, "v1alpha1", "wardle"));
    await("v1alpha1." + ExtensionServer.GROUP, "Passed");
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      extension.close();
      server.close();
    }
  }

  private static void service(String name, int port) throws InterruptedException {
    var ports = List.of(ServicePort.EMPTY.withName("https").withPort(443));
    server
        .admin()
        .create(
            Service.RESOURCE,
            Service.EMPTY
                .withMetadata(World.named(name))
                .withSpec(ServiceSpec.EMPTY.withPorts(ports)));
    var endpoint = Endpoint.EMPTY.withAddresses(List.of(address.getHostAddress()));
    server
        .admin()
        .create(
            EndpointSlice.RESOURCE,
            EndpointSlice.EMPTY
                .withMetadata(
                    World.named(name).withLabels(Map.of("kubernetes.io/service-name", name)))
                .withAddressType("IPv4")
                .withEndpoints(List.of(endpoint))
                .withPorts(List.of(EndpointPort.EMPTY.withName("https").withPort(port))));
  }

  private static APIService apiService(String group, String version, String service) {
    var reference = ServiceReference.EMPTY.withNamespace("default").withName(service).withPort(443);
    return APIService.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withName(version + "." + group))
        .withSpec(
            APIServiceSpec.EMPTY
                .withGroup(group)
                .withVersion(version)
                .withService(reference)
                .withCaBundle(Bytes.utf8(Pem.encode(server.authorities())))
                .withGroupPriorityMinimum(2000)
                .withVersionPriority(200));
  }

  /// The condition of an APIService, once it has this reason.
  private static APIServiceCondition await(String name, String reason) throws InterruptedException {
    var options = ReadOptions.of("", "", "metadata.name=" + name);
    try (var watch =
        server.admin().watch(APIService.RESOURCE, options, new Watching(true, false))) {
      while (true) {
        var item = watch.poll(PATIENCE);
        assertThat(item).as("%s becomes %s", name, reason).isPresent();
        if (item.get() instanceof WatchItem.Change<APIService>(_, var object)) {
          for (var condition : object.object().status().conditions()) {
            if (condition.reason().equals(reason)) {
              return condition;
            }
          }
        }
      }
    }
  }

  /// Asks until the answer is as it should be.
  private static JsonObject askUntil(String path, String accept, Predicate<JsonObject> good)
      throws Exception {
    var deadline = java.time.Instant.now().plus(PATIENCE);
    while (true) {
      var answer = Http.json(admin.get(path, "Accept", accept));
      if (good.test(answer)) {
        return answer;
      }
      assertThat(java.time.Instant.now()).as("%s in time: %s", path, answer).isBefore(deadline);
    }
  }

  @Test
  void hasAnApiServiceForEachOfItsOwnVersions() throws Exception {
    await("v1.", "Local");
    await("v1.storage.k8s.io", "Local");
    var apps = server.admin().get(APIService.RESOURCE, ObjectKey.clusterScoped("v1.apps"));

    assertThat(apps.metadata().labels())
        .containsEntry("kube-aggregator.kubernetes.io/automanaged", "onstart");
    assertThat(apps.spec().groupPriorityMinimum()).isEqualTo(17800);
    assertThat(apps.spec().versionPriority()).isEqualTo(15);
    await("v1.resource.k8s.io", "Local");
    var devices =
        server.admin().get(APIService.RESOURCE, ObjectKey.clusterScoped("v1.resource.k8s.io"));
    assertThat(devices.spec().groupPriorityMinimum()).isEqualTo(16200);
    assertThat(devices.spec().versionPriority()).isEqualTo(21);
    assertThat(apps.status().conditions().getFirst().message())
        .isEqualTo("Local APIServices are always available");
  }

  @Test
  void sendsRequestsOnInTheUsersName() throws Exception {
    var answer = admin.get(FLUNDERS, "Authorization", "Bearer x", "X-Remote-User", "mallory");

    assertThat(Http.json(answer).text("kind")).isEqualTo("FlunderList");
    var headers = extension.lastHeaders;
    assertThat(headers.all("X-Remote-User")).containsExactly("jane");
    assertThat(headers.all("X-Remote-Group"))
        .contains("devs", "system:masters", "system:authenticated");
    assertThat(headers.contains("Authorization")).isFalse();
    assertThat(extension.lastCertificates.getFirst().getSubjectX500Principal().getName())
        .isEqualTo("CN=front-proxy-client");
  }

  @Test
  void streamsBodiesAndWatches() throws Exception {
    var body = "y".repeat(500_000).getBytes(StandardCharsets.UTF_8);
    assertThat(admin.send("POST", FLUNDERS, body).body()).isEqualTo(body);

    var lines = admin.lines(FLUNDERS + "?watch=true").body().iterator();
    assertThat(lines.next()).isEqualTo("{\"type\":\"ADDED\"}");
    extension.sendSecondEvent();
    assertThat(lines.next()).isEqualTo("{\"type\":\"MODIFIED\"}");
    assertThat(lines.hasNext()).isFalse();
  }

  @Test
  void keepsConnectionsToOthersForTheNextRequest() throws Exception {
    admin.get(FLUNDERS);
    var first = extension.lastPeer;
    admin.get(FLUNDERS);

    assertThat(extension.lastPeer).isEqualTo(first);
  }

  @Test
  void doesNotLeadClientsAstray() throws Exception {
    var answer = admin.get(ExtensionServer.ROOT + "/namespaces/default/elsewhere");

    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.headers().firstValue("Location")).isEmpty();
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo("the backend attempted to redirect this request, which is not permitted");
  }

  @Test
  void doesNotWaitForEverForOthers() throws Exception {
    var slow = ExtensionServer.ROOT + "/namespaces/default/";
    var answer = admin.get(slow + "slow?timeout=200ms");

    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .contains("request did not complete within the allotted timeout");
    // What has begun can only be broken off.
    assertThatThrownBy(() -> admin.get(slow + "endless?timeout=200ms"))
        .isInstanceOf(IOException.class);
    assertThat(Http.json(admin.get(FLUNDERS)).text("kind")).isEqualTo("FlunderList");
    assertThat(new String(admin.get("/metrics").body(), StandardCharsets.UTF_8))
        .contains("apiserver_request_aborts_total{group=\"\",resource=\"\"");
  }

  @Test
  void carriesUpgradesThrough() throws Exception {
    var tls =
        TlsSource.fixed(
            new TlsMaterial(server.client("jane", "system:masters"), server.authorities()));
    var to = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    var response =
        UpgradeClient.send(
            UpgradeClient.Target.tls(to, tls, "", PATIENCE),
            new UpgradeClient.Request(
                "GET", FLUNDERS, Headers.of("Connection", "Upgrade", "Upgrade", "echo")));
    try (var stream = response.stream()) {
      stream.output().write("ping".getBytes(StandardCharsets.UTF_8));
      stream.output().flush();

      assertThat(response.status()).isEqualTo(101);
      assertThat(stream.input().readNBytes(4)).isEqualTo("ping".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(extension.lastHeaders.all("X-Remote-User")).containsExactly("jane");
  }

  @Test
  void tellsInDiscoveryWhatOthersServe() throws Exception {
    var document =
        askUntil("/apis", DISCOVERY_V2, found -> found.toString().contains("\"Flunder\""));
    int version = document.toString().indexOf("\"version\":\"v1alpha1\",\"resources\"");

    assertThat(document.toString().substring(version)).contains("\"freshness\":\"Current\"");
    assertThat(Http.json(admin.get("/apis/" + ExtensionServer.GROUP)).toString())
        .contains("\"preferredVersion\":{\"groupVersion\":\"wardle.example.com/v1alpha1\"");
    assertThat(Http.json(admin.get("/apis")).toString()).contains("wardle.example.com/v1alpha1");
    assertThat(Http.json(admin.get(ExtensionServer.ROOT)).text("kind"))
        .isEqualTo("APIResourceList");
  }

  @Test
  void addsTheDocumentsOfOthersToItsOwn() throws Exception {
    var swagger =
        askUntil("/openapi/v2", "application/json", found -> found.toString().contains("Flunder"));
    var index = Http.json(admin.get("/openapi/v3")).object("paths");
    var path = index.object("apis/wardle.example.com/v1alpha1").text("serverRelativeURL");

    assertThat(swagger.object("definitions").has("com.example.Flunder")).isTrue();
    assertThat(swagger.object("definitions").has("com.example.Other")).isFalse();
    assertThat(swagger.object("paths").object("/api/v1/pods").isEmpty()).isFalse();
    assertThat(path).isEqualTo("/openapi/v3/apis/wardle.example.com/v1alpha1?hash=ABC");
    assertThat(Http.json(admin.get(path)).text("openapi")).isEqualTo("3.0.0");
  }

  @Test
  void saysWhyNobodyAnswers() throws Exception {
    var api = server.admin();
    api.create(APIService.RESOURCE, apiService("none.example.com", "v1", "absent"));

    assertThat(await("v1.none.example.com", "ServiceNotFound").message())
        .isEqualTo("service/absent in \"default\" is not present");
    var refused = admin.get("/apis/none.example.com/v1/things");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(new String(refused.body(), StandardCharsets.UTF_8))
        .isEqualTo("service unavailable\n");
    askUntil("/apis", DISCOVERY_V2, found -> found.toString().contains("Stale"));
    assertThat(new String(admin.get("/metrics").body(), StandardCharsets.UTF_8))
        .contains("aggregator_unavailable_apiservice{name=\"v1.none.example.com\"} 1");

    api.create(
        Service.RESOURCE,
        Service.EMPTY
            .withMetadata(World.named("absent"))
            .withSpec(
                ServiceSpec.EMPTY.withPorts(
                    List.of(ServicePort.EMPTY.withName("https").withPort(443)))));
    assertThat(await("v1.none.example.com", "EndpointsNotFound").message())
        .isEqualTo("cannot find endpointslices for service/absent in \"default\"");
    api.delete(
        APIService.RESOURCE, ObjectKey.clusterScoped("v1.none.example.com"), DeleteOptions.EMPTY);
    askUntil("/apis", DISCOVERY_V2, found -> !found.toString().contains("none.example.com"));
  }

  @Test
  void saysWhatTheServerBehindDidNotDo() throws Exception {
    service("other", extension.port());
    server.admin().create(APIService.RESOURCE, apiService("other.example.com", "v1", "other"));

    // The certificate is that of another Service.
    assertThat(await("v1.other.example.com", "FailedDiscoveryCheck").message())
        .startsWith("failing or missing response from https://")
        .contains("x509: ");
  }

  @Test
  void followsServicesThatOnlyNameAnotherHost() throws Exception {
    var elsewhere =
        ServiceSpec.EMPTY.withType("ExternalName").withExternalName(address.getHostAddress());
    server
        .admin()
        .create(
            Service.RESOURCE,
            Service.EMPTY.withMetadata(World.named("elsewhere")).withSpec(elsewhere));
    var there = apiService("far.example.com", "v1", "elsewhere");
    var reference = ServiceReference.EMPTY.withNamespace("default").withName("elsewhere");
    server
        .admin()
        .create(
            APIService.RESOURCE,
            there.withSpec(there.spec().withService(reference.withPort(extension.port()))));

    // It was reached; only its certificate is that of another Service.
    assertThat(await("v1.far.example.com", "FailedDiscoveryCheck").message())
        .contains("https://" + address.getHostAddress() + ":" + extension.port())
        .contains("x509: ");
  }

  @Test
  void tellsExtensionServersWhomToBelieve() throws Exception {
    var key = new ObjectKey("kube-system", "extension-apiserver-authentication");
    var data = server.admin().get(ConfigMap.RESOURCE, key).data();

    assertThat(data)
        .containsEntry("requestheader-allowed-names", "[\"front-proxy-client\"]")
        .containsEntry("requestheader-username-headers", "[\"X-Remote-User\"]")
        .containsEntry("requestheader-group-headers", "[\"X-Remote-Group\"]")
        .containsEntry("requestheader-extra-headers-prefix", "[\"X-Remote-Extra-\"]");
    assertThat(data.get("requestheader-client-ca-file")).contains("BEGIN CERTIFICATE");
    assertThat(data.get("client-ca-file")).contains("BEGIN CERTIFICATE");
  }
}
