package io.kubejar.apiserver.connect;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.authz.Authorizer;
import io.kubejar.apiserver.endpoints.SubresourceHandler;
import io.kubejar.apiserver.request.Refusals;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.verbs.ResourceVerbs;
import io.kubejar.apiserver.verbs.Resources;
import io.kubejar.http.tls.TlsSource;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Sends requests for what only a node knows to that node's kubelet, or to the pod itself.
public final class NodeConnections implements SubresourceHandler.Connections {
  private static final Set<String> PROXY_METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private static final Set<String> UPGRADE_METHODS = Set.of("GET", "POST");

  /// The parts of a path before what the proxied server sees: resource, name, `proxy`.
  private static final int OWN_PARTS = 3;

  private final Authorizer authorizer;
  private final PodLogs logs;
  private final PodStreams streams;
  private final ProxyTargets targets;

  /// @param kubeletTls the certificate shown to kubelets, and who signs theirs; null if there are
  ///   none
  public NodeConnections(
      Resources resources,
      Authorizer authorizer,
      ReadyEndpoints endpoints,
      @Nullable TlsSource kubeletTls) {
    this.authorizer = authorizer;
    var kubelets = new Kubelets(resources, kubeletTls);
    logs = new PodLogs(resources, kubelets);
    streams = new PodStreams(resources, kubelets);
    targets = new ProxyTargets(resources, kubelets, endpoints);
  }

  @Override
  public Optional<Response> handle(Request request, ResourceVerbs<?> resource)
      throws InterruptedException {
    var info = request.info();
    var key = new ObjectKey(info.namespace(), info.name());
    return switch (resource.type().plural() + "/" + info.subresource()) {
      case "pods/log" -> info.verb().equals("get") ? Optional.of(logs.get(request, key)) : none();
      case "pods/exec" -> mayStream(request) ? Optional.of(streams.exec(request, key)) : none();
      case "pods/attach" -> mayStream(request) ? Optional.of(streams.attach(request, key)) : none();
      case "pods/portforward" ->
          mayStream(request) ? Optional.of(streams.portForward(request, key)) : none();
      case "pods/proxy" -> proxy(request, targets.pod(key.namespace(), key.name()));
      case "services/proxy" -> proxy(request, targets.service(key.namespace(), key.name()));
      case "nodes/proxy" -> proxy(request, targets.node(key.name()));
      default -> none();
    };
  }

  /// Whether the method can stream. Somebody who may only read gets no stream by a method that only
  /// reads: WebSockets begin with a GET.
  private boolean mayStream(Request request) {
    if (!UPGRADE_METHODS.contains(request.method())) {
      return false;
    }
    if (request.query().contains("dryRun")) {
      throw ApiException.badRequest("dryRun is not supported");
    }
    if (request.method().equals("GET")) {
      Refusals.require(authorizer, request.info().attributes(request.user()).withVerb("create"));
    }
    return true;
  }

  private static Optional<Response> proxy(Request request, Backend backend) {
    return PROXY_METHODS.contains(request.method())
        ? Optional.of(ReverseProxy.forward(request, backend, rest(request)))
        : none();
  }

  /// What follows `/proxy` in the path.
  private static String rest(Request request) {
    var parts = request.info().parts();
    var path =
        parts.size() > OWN_PARTS
            ? "/" + String.join("/", parts.subList(OWN_PARTS, parts.size()))
            : "";
    boolean slash = request.path().endsWith("/") && !path.endsWith("/");
    return GoPaths.join("", slash ? path + "/" : path);
  }

  private static Optional<Response> none() {
    return Optional.empty();
  }
}
