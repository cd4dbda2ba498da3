package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.tree;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.http.Exchange;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import io.kubejar.http.pki.CertificateAuthority;
import io.kubejar.http.pki.CertificateSpec;
import io.kubejar.http.pki.Pem;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/// Upstream's sample API server, as far as its conformance test goes: flunders that can be created,
/// listed and deleted, and the documents by which they are found.
final class SampleServer implements AutoCloseable {
  static final String GROUP = "wardle.example.com";
  static final String PATH = "/apis/" + GROUP + "/v1alpha1";

  private static final CertificateAuthority AUTHORITY =
      CertificateAuthority.create("wardle", new RealClock());
  private static final String SERVICE = "sample-api";
  private static final String RESOURCES =
      """
      kind: APIResourceList
      apiVersion: v1
      groupVersion: wardle.example.com/v1alpha1
      resources:
      - name: flunders
        singularName: flunder
        namespaced: true
        kind: Flunder
        verbs: [create, delete, get, list]
      """;
  private static final String GROUPS =
      """
      kind: APIGroupList
      apiVersion: v1
      groups:
      - name: wardle.example.com
        versions: [{groupVersion: wardle.example.com/v1alpha1, version: v1alpha1}]
        preferredVersion: {groupVersion: wardle.example.com/v1alpha1, version: v1alpha1}
      """;

  private final Map<String, JsonObject> flunders = new ConcurrentSkipListMap<>();
  private final HttpServer server;
  private final LocalService service;

  /// Who the aggregator said had asked last.
  volatile String lastUser = "";

  SampleServer(Api api) throws IOException, InterruptedException {
    var name = SERVICE + "." + api.namespace() + ".svc";
    var key = AUTHORITY.issue(CertificateSpec.server(name, List.of(name), List.of()));
    var options =
        ServerOptions.https(
            new InetSocketAddress(LocalService.address(), 0),
            TlsSource.fixed(new TlsMaterial(key, List.of())));
    server = HttpServer.start(options, this::answer);
    service = LocalService.make(api, SERVICE, server);
  }

  /// The APIService that leads to it, in YAML.
  String registration() {
    var bundle = Pem.encode(List.of(AUTHORITY.certificate())).getBytes(StandardCharsets.UTF_8);
    return """
    apiVersion: apiregistration.k8s.io/v1
    kind: APIService
    metadata: {name: v1alpha1.wardle.example.com}
    spec:
      group: wardle.example.com
      version: v1alpha1
      service: {namespace: %s, name: %s, port: %d}
      caBundle: %s
      groupPriorityMinimum: 2000
      versionPriority: 200
    """
        .formatted(
            service.namespace(),
            service.name(),
            service.port(),
            Base64.getEncoder().encodeToString(bundle));
  }

  private void answer(Exchange exchange) throws Exception {
    var path = exchange.rawPath();
    if (path.startsWith(PATH + "/namespaces/")) {
      lastUser = exchange.headers().firstOr("X-Remote-User", "");
      flunders(exchange, path.substring((PATH + "/namespaces/").length()).split("/", -1));
      return;
    }
    switch (path) {
      case "/apis" -> reply(exchange, 200, tree(GROUPS));
      case PATH -> reply(exchange, 200, tree(RESOURCES));
      default -> reply(exchange, 404, tree("{kind: Status, apiVersion: v1, code: 404}"));
    }
  }

  /// @param steps the namespace, `flunders`, and perhaps a name
  private void flunders(Exchange exchange, String[] steps) throws Exception {
    var prefix = steps[0] + "/";
    switch (exchange.method()) {
      case "POST" -> {
        var flunder = (JsonObject) JsonParser.parse(exchange.body().readAllBytes());
        flunders.put(prefix + Trees.text(flunder, "metadata.name"), flunder);
        reply(exchange, 201, flunder);
      }
      case "DELETE" -> {
        boolean there = flunders.remove(prefix + steps[2]) != null;
        reply(exchange, there ? 200 : 404, tree("{kind: Status, apiVersion: v1}"));
      }
      default -> {
        var list = tree("{kind: FlunderList, apiVersion: wardle.example.com/v1alpha1}");
        var items =
            flunders.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .map(Map.Entry::getValue)
                .toArray(JsonObject[]::new);
        reply(exchange, 200, list.with("items", JsonArray.of(items)));
      }
    }
  }

  private static void reply(Exchange exchange, int code, JsonObject body) throws IOException {
    exchange.reply(code, "application/json", JsonPrinter.print(body));
  }

  @Override
  public void close() {
    server.close();
  }
}
