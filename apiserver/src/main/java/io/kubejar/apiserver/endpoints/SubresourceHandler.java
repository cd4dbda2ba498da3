package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.Subresource;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apiserver.admission.Admission;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.subresources.Action;
import io.kubejar.apiserver.subresources.Actions;
import io.kubejar.apiserver.verbs.ResourceVerbs;
import java.io.IOException;
import java.util.Optional;

/// Answers requests for parts of objects and actions on them.
public final class SubresourceHandler {
  private final Actions actions;
  private final Connections connections;
  private final Connecting connecting;

  /// Subresources that talk with a node instead of changing an object.
  @FunctionalInterface
  public interface Connections {
    /// Empty if this subresource is none of them.
    Optional<Response> handle(Request request, ResourceVerbs<?> resource)
        throws IOException, InterruptedException;
  }

  public SubresourceHandler(Actions actions, Connections connections, Admission admission) {
    this.actions = actions;
    this.connections = connections;
    connecting = new Connecting(admission);
  }

  Response handle(Request request, ResourceEndpoint<?> endpoint, ResourceVerbs<?> resource)
      throws IOException, InterruptedException {
    var info = request.info();
    var subresource =
        resource.type().subresource(info.subresource()).orElseThrow(PathNotFoundException::new);
    var action = actions.find(resource.type(), info.subresource());
    if (action.isPresent() && info.verb().equals("create")) {
      return perform(request, resource.type(), action.get(), subresource);
    }
    connecting.admit(request, resource.type());
    var connection = connections.handle(request, resource);
    if (connection.isPresent()) {
      return connection.get();
    }
    if (!subresource.verbs().contains(info.verb())) {
      throw ResourceHandler.notAllowed(info);
    }
    if (info.subresource().equals("scale")) {
      return new ScaleEndpoint<>(resource).handle(request);
    }
    return switch (info.verb()) {
      case "get" -> endpoint.get(request);
      case "update" -> endpoint.update(request);
      case "patch" -> endpoint.patch(request);
      default -> throw ResourceHandler.notAllowed(info);
    };
  }

  private <B extends KubernetesObject> Response perform(
      Request request, ResourceType<?> type, Action<B> action, Subresource subresource)
      throws IOException, InterruptedException {
    var validation = ResourceEndpoint.fieldValidation(request.query());
    GroupVersionKind kind = subresource.kind();
    B body = Bodies.read(request, kind, action.body(), validation);
    var info = request.info();
    var key = new ObjectKey(info.namespace(), info.name());
    var target = new Actions.Target(type, info.subresource(), key);
    var answer = actions.perform(action, target, ResourceEndpoint.call(request), body);
    return answer(request, action.body(), answer);
  }

  static <B extends KubernetesObject> Response answer(
      Request request, Codec<B> codec, Object answer) {
    var format = Answers.formatWithoutTables(request);
    return switch (answer) {
      case Status status -> Answers.of(format, 201, "v1", "Status", status, Status.CODEC);
      case KubernetesObject object -> object(request, codec, object);
      default -> throw new IllegalStateException("no answer: " + answer.getClass());
    };
  }

  /// Actions that do not answer with a `Status` answer with their body's kind.
  @SuppressWarnings("unchecked")
  private static <B extends KubernetesObject> Response object(
      Request request, Codec<B> codec, KubernetesObject object) {
    return Answers.of(
        Answers.format(request), 201, object.apiVersion(), object.kind(), (B) object, codec);
  }
}
