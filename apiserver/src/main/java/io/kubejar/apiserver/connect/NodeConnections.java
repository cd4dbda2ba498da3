package io.kubejar.apiserver.connect;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Service;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.endpoints.SubresourceHandler;
import io.kubejar.apiserver.request.Query;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.verbs.ResourceVerbs;
import io.kubejar.apiserver.verbs.Resources;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Sends requests for what only a node knows to that node's kubelet, or to the pod itself.
public final class NodeConnections implements SubresourceHandler.Connections {
  private static final String DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";

  /// Which of a node's addresses is tried first.
  private static final List<String> ADDRESS_TYPES =
      List.of("InternalIP", "ExternalIP", "Hostname", "InternalDNS", "ExternalDNS");

  private static final Set<String> LOG_OPTIONS =
      Set.of(
          "follow",
          "previous",
          "sinceSeconds",
          "sinceTime",
          "timestamps",
          "tailLines",
          "limitBytes",
          "stream");

  private final Resources resources;
  private final Tunnel tunnel;

  public NodeConnections(Resources resources, Tunnel tunnel) {
    this.resources = resources;
    this.tunnel = tunnel;
  }

  @Override
  public Optional<Response> handle(Request request, ResourceVerbs<?> resource)
      throws IOException, InterruptedException {
    var info = request.info();
    var key = new ObjectKey(info.namespace(), info.name());
    return switch (resource.type().plural() + "/" + info.subresource()) {
      case "pods/log" -> Optional.of(log(request, key));
      case "pods/exec" -> Optional.of(stream(request, key, "exec"));
      case "pods/attach" -> Optional.of(stream(request, key, "attach"));
      case "pods/portforward" -> Optional.of(portForward(request, key));
      case "pods/proxy" -> Optional.of(podProxy(request, key));
      case "nodes/proxy" -> Optional.of(nodeProxy(request, key));
      case "services/proxy" -> Optional.of(serviceProxy(request, key));
      default -> Optional.empty();
    };
  }

  private Response log(Request request, ObjectKey key) throws IOException, InterruptedException {
    var pod = resources.of(Pod.RESOURCE).get(key);
    var query = request.query();
    var container = container(pod, query.firstOr("container", ""));
    if (pod.spec().nodeName().isEmpty()) {
      return Response.text(200, ""); // Nothing has run yet, so nothing was said.
    }
    var options = new LinkedHashMap<String, List<String>>();
    query
        .values()
        .forEach(
            (name, values) -> {
              if (LOG_OPTIONS.contains(name)) {
                options.put(name, values);
              }
            });
    var path = "/containerLogs/" + key.namespace() + "/" + key.name() + "/" + encode(container);
    return tunnel.fetch(kubelet(pod), request, "GET", path + queryText(options));
  }

  private Response stream(Request request, ObjectKey key, String what) throws InterruptedException {
    var pod = running(key);
    var query = request.query();
    var container = container(pod, query.firstOr("container", ""));
    var options = new LinkedHashMap<String, List<String>>();
    option(query, options, "stdin", "input");
    option(query, options, "stdout", "output");
    option(query, options, "stderr", "error");
    option(query, options, "tty", "tty");
    if (what.equals("exec")) {
      if (query.all("command").isEmpty()) {
        throw ApiException.badRequest("you must specify at least one command for the container");
      }
      options.put("command", query.all("command"));
    }
    if (options.keySet().stream().noneMatch(Set.of("input", "output", "error")::contains)) {
      throw ApiException.badRequest("you must specify at least one of stdin, stdout, stderr");
    }
    var path = "/" + what + "/" + key.namespace() + "/" + key.name() + "/" + encode(container);
    return tunnel.upgrade(kubelet(pod), request, path + queryText(options));
  }

  private static void option(
      Query query, Map<String, List<String>> options, String name, String kubeletName) {
    if (query.flag(name)) {
      options.put(kubeletName, List.of("1"));
    }
  }

  private Response portForward(Request request, ObjectKey key) throws InterruptedException {
    var pod = running(key);
    var options = new LinkedHashMap<String, List<String>>();
    if (!request.query().all("ports").isEmpty()) {
      options.put("port", request.query().all("ports"));
    }
    var path = "/portForward/" + key.namespace() + "/" + key.name();
    return tunnel.upgrade(kubelet(pod), request, path + queryText(options));
  }

  private Response podProxy(Request request, ObjectKey key)
      throws IOException, InterruptedException {
    var target = ProxyName.parse(key.name());
    var pod = resources.of(Pod.RESOURCE).get(new ObjectKey(key.namespace(), target.name()));
    if (pod.status().podIP().isEmpty()) {
      throw ApiException.badRequest("address not allowed");
    }
    var port = target.port().isEmpty() ? firstPort(pod) : podPort(pod, target.port());
    return tunnel.proxy(
        Tunnel.Endpoint.pod(pod.status().podIP(), port, target.scheme()), request, rest(request));
  }

  private static int firstPort(Pod pod) {
    return pod.spec().containers().stream()
        .flatMap(container -> container.ports().stream())
        .mapToInt(port -> port.containerPort())
        .findFirst()
        .orElse(80);
  }

  private static int podPort(Pod pod, String port) {
    return pod.spec().containers().stream()
        .flatMap(container -> container.ports().stream())
        .filter(it -> it.name().equals(port))
        .mapToInt(it -> it.containerPort())
        .findFirst()
        .orElseGet(() -> number(port));
  }

  private static int number(String port) {
    try {
      return Integer.parseInt(port);
    } catch (NumberFormatException _) {
      throw ApiException.badRequest("invalid port \"" + port + "\"");
    }
  }

  private Response serviceProxy(Request request, ObjectKey key)
      throws IOException, InterruptedException {
    var target = ProxyName.parse(key.name());
    var service = resources.of(Service.RESOURCE).get(new ObjectKey(key.namespace(), target.name()));
    var ports = service.spec().ports();
    var port =
        ports.stream()
            .filter(
                it ->
                    target.port().isEmpty()
                        ? ports.size() == 1
                        : it.name().equals(target.port())
                            || Integer.toString(it.port()).equals(target.port()))
            .findFirst()
            .orElseThrow(
                () ->
                    ApiException.serviceUnavailable(
                        "no service port \""
                            + target.port()
                            + "\" found for service \""
                            + target.name()
                            + "\""));
    var endpoint = new ReadyEndpoints(resources).find(service, port);
    return tunnel.proxy(
        Tunnel.Endpoint.pod(endpoint.address(), endpoint.port(), target.scheme()),
        request,
        rest(request));
  }

  private Response nodeProxy(Request request, ObjectKey key)
      throws IOException, InterruptedException {
    var name = ProxyName.parse(key.name()).name();
    var node = resources.of(Node.RESOURCE).get(ObjectKey.clusterScoped(name));
    return tunnel.proxy(kubelet(node), request, rest(request));
  }

  /// What follows `/proxy` in the path, with the query.
  private static String rest(Request request) {
    var parts = request.info().parts();
    var path = parts.stream().skip(3).map(NodeConnections::encode).collect(Collectors.joining("/"));
    var slash = parts.size() > 3 && request.path().endsWith("/") && !path.endsWith("/") ? "/" : "";
    var query = request.exchange().rawQuery();
    return "/" + path + slash + (query.isEmpty() ? "" : "?" + query);
  }

  private Pod running(ObjectKey key) throws InterruptedException {
    var pod = resources.of(Pod.RESOURCE).get(key);
    if (pod.spec().nodeName().isEmpty()) {
      throw ApiException.badRequest("pod " + key.name() + " does not have a host assigned");
    }
    var phase = pod.status().phase();
    if (phase.equals("Succeeded") || phase.equals("Failed")) {
      throw ApiException.badRequest(
          "cannot exec into a container in a completed pod; current phase is " + phase);
    }
    return pod;
  }

  private Tunnel.Endpoint kubelet(Pod pod) throws InterruptedException {
    var name = pod.spec().nodeName();
    return kubelet(resources.of(Node.RESOURCE).get(ObjectKey.clusterScoped(name)));
  }

  private static Tunnel.Endpoint kubelet(Node node) {
    var address =
        ADDRESS_TYPES.stream()
            .flatMap(
                type ->
                    node.status().addresses().stream()
                        .filter(it -> it.type().equals(type))
                        .map(it -> it.address()))
            .findFirst()
            .orElseThrow(
                () -> ApiException.internal("no preferred addresses found; known addresses: []"));
    int port = node.status().daemonEndpoints().kubeletEndpoint().Port();
    return Tunnel.Endpoint.kubelet(address, port == 0 ? 10250 : port, node.metadata().name());
  }

  private static String container(Pod pod, String wanted) {
    var all =
        Stream.of(
                pod.spec().initContainers().stream().map(Container::name),
                pod.spec().containers().stream().map(Container::name),
                pod.spec().ephemeralContainers().stream().map(it -> it.name()))
            .flatMap(names -> names)
            .toList();
    if (!wanted.isEmpty()) {
      if (!all.contains(wanted)) {
        throw ApiException.badRequest(
            "container " + wanted + " is not valid for pod " + pod.metadata().name());
      }
      return wanted;
    }
    var annotated = pod.metadata().annotations().getOrDefault(DEFAULT_CONTAINER, "");
    if (all.contains(annotated)) {
      return annotated;
    }
    if (all.size() == 1) {
      return all.getFirst();
    }
    var containers =
        pod.spec().containers().stream().map(Container::name).collect(Collectors.joining(" "));
    var inits =
        pod.spec().initContainers().stream().map(Container::name).collect(Collectors.joining(" "));
    throw ApiException.badRequest(
        "a container name must be specified for pod "
            + pod.metadata().name()
            + ", choose one of: ["
            + containers
            + "]"
            + (inits.isEmpty() ? "" : " or one of the init containers: [" + inits + "]"));
  }

  private static String queryText(Map<String, List<String>> options) {
    var text = new StringJoiner("&", "?", "").setEmptyValue("");
    options.forEach(
        (name, values) -> values.forEach(value -> text.add(encode(name) + "=" + encode(value))));
    return text.toString();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
