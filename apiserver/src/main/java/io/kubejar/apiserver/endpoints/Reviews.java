package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.GroupVersionResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.subresources.Action;
import io.kubejar.apiserver.subresources.Actions;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Resources of which nothing is stored: a POST is a question, the answer comes at once.
public final class Reviews {
  private final Map<GroupVersionResource, ResourceType<?>> types = new LinkedHashMap<>();
  private final Actions actions;

  public Reviews(Collection<ResourceType<?>> types, Actions actions) {
    types.forEach(type -> this.types.put(type.gvr(), type));
    this.actions = actions;
  }

  /// Empty if the request names no such resource.
  public Optional<Response> handle(Request request) throws IOException, InterruptedException {
    var info = request.info();
    var type =
        types.get(new GroupVersionResource(info.apiGroup(), info.apiVersion(), info.resource()));
    if (!info.resourceRequest() || type == null) {
      return Optional.empty();
    }
    if (!info.exact(type.namespaced()) || (type.namespaced() && info.namespace().isEmpty())) {
      throw new PathNotFoundException();
    }
    var action = actions.find(type, "");
    if (!info.verb().equals("create") || action.isEmpty() || !info.nameInPath().isEmpty()) {
      throw ResourceHandler.notAllowed(info);
    }
    return Optional.of(perform(request, type, action.get()));
  }

  private static <B extends KubernetesObject> Response perform(
      Request request, ResourceType<?> type, Action<B> action)
      throws IOException, InterruptedException {
    Answers.formatWithoutTables(request); // Refuses before anything is done.
    var validation = ResourceEndpoint.fieldValidation(request.query());
    B body = Bodies.read(request, type.gvk(), action.body(), validation);
    var key = new ObjectKey(request.info().namespace(), body.metadata().name());
    var answer = action.performer().perform(ResourceEndpoint.call(request), key, body);
    return SubresourceHandler.answer(request, action.body(), answer);
  }
}
