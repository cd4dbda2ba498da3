package io.kubejar.simulation.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.api.apiregistration.v1.APIServiceSpec;
import io.kubejar.api.apiregistration.v1.ServiceReference;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServiceSpec;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.apimachinery.selector.Selector;
import io.kubejar.client.Client;
import io.kubejar.client.Patch;
import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import io.kubejar.http.tls.TlsSource;
import io.kubejar.simulation.kubelet.Usages;
import io.kubejar.simulation.kubelet.Usages.OfPod;
import io.kubejar.simulation.metrics.MetricsDocuments.OfNode;
import io.kubejar.simulation.nodes.NodeFleet;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.List;
import java.util.stream.Stream;

/// A server of `metrics.k8s.io` behind the API server, which has decided already who may read.
public final class MetricsApi implements AutoCloseable {
  /// What the API server expects in the certificate.
  public static final String NAME = "metrics-server.kube-system.svc";

  private static final ObjectKey SERVICE = new ObjectKey("kube-system", "metrics-server");
  private static final String API_SERVICE = "v1beta1.metrics.k8s.io";
  private static final String MANAGER = "kubejar";
  private static final int PRIORITY = 100;
  private static final String JSON = "application/json";
  private static final GroupResource NODES = new GroupResource("metrics.k8s.io", "nodes");
  private static final GroupResource PODS = new GroupResource("metrics.k8s.io", "pods");

  private final NodeFleet fleet;
  private final HttpServer server;

  private MetricsApi(NodeFleet fleet, InetSocketAddress listen, TlsSource tls) throws IOException {
    this.fleet = fleet;
    server = HttpServer.start(ServerOptions.https(listen, tls), this::handle);
  }

  /// @param listen on the loopback
  /// @param tls a certificate for [#NAME], and who signs that of the API server as a proxy
  public static MetricsApi start(NodeFleet fleet, InetSocketAddress listen, TlsSource tls)
      throws IOException {
    return new MetricsApi(fleet, listen, tls);
  }

  /// Makes the API server send requests here.
  ///
  /// @param authority who signed the certificate, as PEM
  public void register(Client client, String authority) throws InterruptedException {
    var service =
        Service.EMPTY
            .withMetadata(
                ObjectMeta.EMPTY.withNamespace(SERVICE.namespace()).withName(SERVICE.name()))
            .withSpec(ServiceSpec.EMPTY.withType("ExternalName").withExternalName("localhost"));
    apply(client, Service.RESOURCE, service);
    var reference =
        ServiceReference.EMPTY
            .withNamespace(SERVICE.namespace())
            .withName(SERVICE.name())
            .withPort(server.address().getPort());
    var spec =
        APIServiceSpec.EMPTY
            .withGroup("metrics.k8s.io")
            .withVersion("v1beta1")
            .withService(reference)
            .withCaBundle(Bytes.utf8(authority))
            .withGroupPriorityMinimum(PRIORITY)
            .withVersionPriority(PRIORITY);
    apply(
        client,
        APIService.RESOURCE,
        APIService.EMPTY.withMetadata(ObjectMeta.EMPTY.withName(API_SERVICE)).withSpec(spec));
  }

  private static <T extends KubernetesObject> void apply(
      Client client, ResourceType<T> type, T object) throws InterruptedException {
    var json = new String(type.codec().toJson(object), UTF_8);
    client.patch(type, ObjectKey.of(object), Patch.apply(json, MANAGER, true));
  }

  private void handle(Exchange exchange) throws IOException {
    if (exchange.peerCertificates().isEmpty()) {
      exchange.reply(401, "text/plain", "Unauthorized");
      return;
    }
    var path =
        Stream.of(exchange.rawPath().split("/", -1))
            .filter(part -> !part.isEmpty())
            .map(part -> URLDecoder.decode(part, UTF_8))
            .toList();
    try {
      exchange.reply(200, Headers.of("Content-Type", JSON), answer(path, labels(exchange)));
    } catch (ApiException refused) {
      exchange.reply(
          refused.code(), Headers.of("Content-Type", JSON), Status.CODEC.toJson(refused.status()));
    }
  }

  private static Selector labels(Exchange exchange) {
    for (var pair : exchange.rawQuery().split("&", -1)) {
      if (pair.startsWith("labelSelector=")) {
        var text = URLDecoder.decode(pair.substring(pair.indexOf('=') + 1), UTF_8);
        try {
          return LabelSelectors.parse(text);
        } catch (IllegalArgumentException e) {
          throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
      }
    }
    return Selector.everything();
  }

  /// @param path from `apis` on
  private byte[] answer(List<String> path, Selector labels) throws IOException {
    if (path.size() < 2 || !path.get(1).equals(MetricsDocuments.GROUP_NAME)) {
      throw unknown(path);
    }
    if (path.size() == 2) {
      return MetricsDocuments.GROUP.getBytes(UTF_8);
    }
    if (!path.get(2).equals(MetricsDocuments.VERSION_NAME)) {
      throw unknown(path);
    }
    return path.size() == 3
        ? MetricsDocuments.RESOURCES.getBytes(UTF_8)
        : resource(path, path.subList(3, path.size()), labels);
  }

  private byte[] resource(List<String> path, List<String> rest, Selector labels)
      throws IOException {
    var documents = new MetricsDocuments(fleet.clock().instant());
    switch (rest.getFirst() + " " + rest.size()) {
      case "nodes 1" -> {
        return documents.nodes(nodes(labels));
      }
      case "nodes 2" -> {
        return documents.node(node(rest.get(1)));
      }
      case "pods 1" -> {
        return documents.pods(pods("", labels));
      }
      case "namespaces 3", "namespaces 4" -> {
        if (rest.get(2).equals("pods")) {
          return rest.size() == 3
              ? documents.pods(pods(rest.get(1), labels))
              : documents.pod(pod(rest.get(1), rest.get(3)));
        }
      }
      default -> {}
    }
    throw unknown(path);
  }

  private static ApiException unknown(List<String> path) {
    return ApiException.notFound(PODS, String.join("/", path));
  }

  private List<OfNode> nodes(Selector labels) {
    var used = Usages.of(fleet);
    return fleet.nodes().stream()
        .filter(node -> labels.matches(node.metadata().labels()))
        .map(node -> of(node, used))
        .toList();
  }

  private OfNode node(String name) {
    return fleet.nodes().stream()
        .filter(node -> node.metadata().name().equals(name))
        .findFirst()
        .map(node -> of(node, Usages.of(fleet)))
        .orElseThrow(() -> ApiException.notFound(NODES, name));
  }

  private static OfNode of(Node node, List<OfPod> used) {
    var name = node.metadata().name();
    var here = used.stream().filter(it -> it.pod().spec().nodeName().equals(name));
    return new OfNode(node, Usages.sum(here.map(OfPod::sum).toList()));
  }

  private List<OfPod> pods(String namespace, Selector labels) {
    return Usages.of(fleet).stream()
        .filter(it -> namespace.isEmpty() || namespace.equals(it.pod().metadata().namespace()))
        .filter(it -> labels.matches(it.pod().metadata().labels()))
        .toList();
  }

  private OfPod pod(String namespace, String name) {
    return Usages.of(fleet).stream()
        .filter(it -> ObjectKey.of(it.pod()).equals(new ObjectKey(namespace, name)))
        .findFirst()
        .orElseThrow(() -> ApiException.notFound(PODS, namespace + "/" + name));
  }

  @Override
  public void close() {
    server.close();
  }
}
