package io.kubejar.apiserver.endpoints;

import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.verbs.ResourceVerbs;
import java.io.IOException;

/// The subresource `scale`: a view of an object that shows and sets its number of replicas.
final class ScaleEndpoint<T extends KubernetesObject> {
  private static final GroupVersionKind KIND = new GroupVersionKind("autoscaling", "v1", "Scale");

  private final ResourceVerbs<T> verbs;

  ScaleEndpoint(ResourceVerbs<T> verbs) {
    this.verbs = verbs;
  }

  Response handle(Request request) throws IOException, InterruptedException {
    var info = request.info();
    var key = new ObjectKey(info.namespace(), info.name());
    return switch (info.verb()) {
      case "get" -> answer(request, verbs.get(key));
      case "update" -> {
        var validation = ResourceEndpoint.fieldValidation(request.query());
        var wanted = Bodies.read(request, KIND, Scale.CODEC, validation);
        yield answer(request, verbs.rescale(ResourceEndpoint.call(request), key, wanted).object());
      }
      case "patch" -> {
        var patch = ResourceEndpoint.patchOf(request);
        yield answer(request, verbs.rescale(ResourceEndpoint.call(request), key, patch).object());
      }
      default -> throw ResourceHandler.notAllowed(info);
    };
  }

  private Response answer(Request request, T object) {
    var scale = verbs.strategy().scale(object);
    return Answers.of(
        Answers.format(request), 200, KIND.apiVersion(), KIND.kind(), scale, Scale.CODEC);
  }
}
