package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.GroupVersionResource;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.RequestInfo;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.verbs.Resources;
import java.io.IOException;
import java.util.Set;

/// Tells what upstream tells about paths at which there is nothing. Below the built-in groups,
/// whatever the version, it is a `Status`, since a router answers there; below groups of custom
/// resources and groups that nobody serves, and elsewhere, it is plain text.
///
/// @param groups the built-in groups besides the core one, those of which nothing is stored too
public record UnknownPaths(Set<String> groups, Resources resources) implements Filter {
  public UnknownPaths {
    groups = Set.copyOf(groups);
  }

  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    try {
      return next.handle(request);
    } catch (PathNotFoundException nothing) {
      if (routed(request.path())) {
        throw ApiException.nothingThere();
      }
      if (partOfCustomResource(request.info())) {
        var info = request.info();
        throw ApiException.notFound(
            new GroupResource(info.apiGroup(), info.resource()), info.name());
      }
      throw nothing;
    }
  }

  private boolean routed(String path) {
    var parts = path.split("/", 4);
    return parts.length > 2
        && switch (parts[1]) {
          case "api", "version" -> true;
          case "apis" -> groups.contains(parts[2]);
          default -> false;
        };
  }

  /// An unknown part of an object is an unknown object, as long as the scope fits.
  private boolean partOfCustomResource(RequestInfo info) {
    if (!info.resourceRequest() || info.subresource().isEmpty()) {
      return false;
    }
    var name = new GroupVersionResource(info.apiGroup(), info.apiVersion(), info.resource());
    return resources
        .find(name)
        .filter(it -> it.type().namespaced() != info.namespace().isEmpty())
        .isPresent();
  }
}
