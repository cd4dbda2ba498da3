package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.GroupVersionResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.RequestInfo;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.verbs.ResourceVerbs;
import io.kubejar.apiserver.verbs.Resources;
import java.io.IOException;
import java.util.Optional;

/// Answers requests for resources: finds the resource and lets the verb run.
public final class ResourceHandler implements Handler {
  private final Resources resources;
  private final Serving serving;
  private final SubresourceHandler subresources;
  private final Handler others;

  /// @param others answers what is no stored resource
  public ResourceHandler(
      Resources resources, Serving serving, SubresourceHandler subresources, Handler others) {
    this.resources = resources;
    this.serving = serving;
    this.subresources = subresources;
    this.others = others;
  }

  private static <T extends KubernetesObject> ResourceEndpoint<T> endpoint(
      ResourceVerbs<T> verbs, Serving serving) {
    return new ResourceEndpoint<>(verbs, serving);
  }

  @Override
  public Response handle(Request request) throws IOException, InterruptedException {
    var info = request.info();
    var name = new GroupVersionResource(info.apiGroup(), info.apiVersion(), info.resource());
    var found = info.resourceRequest() ? resources.find(name) : Optional.<ResourceVerbs<?>>empty();
    if (found.isEmpty()) {
      return others.handle(request);
    }
    var resource = found.get();
    checkPath(info, resource);
    if (info.verbInPath() && !request.method().equals("GET")) {
      throw notAllowed(info);
    }
    tellDeprecation(request, resource);
    var endpoint = endpoint(resource, serving); // Small enough to be made for each request.
    if (info.subresource().isEmpty()) {
      return verb(request, endpoint, resource);
    }
    return subresources.handle(request, endpoint, resource);
  }

  private void tellDeprecation(Request request, ResourceVerbs<?> resource) {
    var warnings = resource.strategy().standingWarnings();
    if (!warnings.isEmpty()) {
      warnings.forEach(request.warnings()::add);
      request.trail().annotations().add("k8s.io/deprecated", "true");
      serving.metrics().deprecated(request.info(), "");
    }
  }

  /// The order of the verbs is that of the API's documentation.
  private static Response verb(
      Request request, ResourceEndpoint<?> endpoint, ResourceVerbs<?> resource)
      throws IOException, InterruptedException {
    var info = request.info();
    if (!resource.type().allows(info.verb())) {
      throw notAllowed(info);
    }
    return switch (info.verb()) {
      case "get" -> endpoint.get(request);
      case "list" -> endpoint.list(request);
      case "watch" -> endpoint.watch(request);
      case "create" -> {
        if (!info.name().isEmpty()) {
          throw notAllowed(info);
        }
        yield endpoint.create(request);
      }
      case "update" -> endpoint.update(request);
      case "patch" -> endpoint.patch(request);
      case "delete" -> endpoint.delete(request);
      case "deletecollection" -> endpoint.deleteCollection(request);
      default -> throw notAllowed(info);
    };
  }

  static ApiException notAllowed(RequestInfo info) {
    var resource = new GroupResource(info.apiGroup(), info.resource());
    return ApiException.methodNotAllowed(resource, info.verb());
  }

  /// Only paths that say exactly what was authorized lead to a resource.
  private static void checkPath(RequestInfo info, ResourceVerbs<?> resource) {
    boolean namespaced = resource.type().namespaced();
    boolean needsNamespace =
        namespaced && (!info.nameInPath().isEmpty() || info.verb().equals("create"));
    boolean watchOfSubresource = info.verbInPath() && !info.subresource().isEmpty();
    if (!info.exact(namespaced)
        || watchOfSubresource
        || (needsNamespace && info.namespace().isEmpty())) {
      throw new PathNotFoundException();
    }
  }
}
