package io.kubejar.apiserver.endpoints;

import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.patch.JsonPatch;
import io.kubejar.apimachinery.patch.MergePatch;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.verbs.ResourceVerbs;
import io.kubejar.apiserver.wire.MediaType;
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
        yield modify(request, key, _ -> wanted);
      }
      case "patch" -> patch(request, key);
      default -> throw ResourceHandler.notAllowed(info);
    };
  }

  private Response patch(Request request, ObjectKey key) throws IOException, InterruptedException {
    var type = MediaType.parse(request.headers().firstOr("Content-Type", "")).type();
    var body = Bodies.tree(Bodies.bytes(request), type.endsWith("yaml"));
    request.trail().patched(body);
    return modify(
        request,
        key,
        current -> {
          var before = (JsonObject) Scale.CODEC.toTree(current);
          var after =
              type.equals("application/json-patch+json")
                  ? JsonPatch.apply(before, body)
                  : MergePatch.apply(before, body); // A Scale has no lists to merge otherwise.
          return Scale.CODEC.fromTree(after);
        });
  }

  private interface Rescale {
    Scale apply(Scale current);
  }

  private Response modify(Request request, ObjectKey key, Rescale rescale)
      throws InterruptedException {
    var written =
        verbs.modify(
            ResourceEndpoint.call(request),
            key,
            "scale",
            current -> {
              var wanted = rescale.apply(verbs.strategy().scale(current));
              checkVersion(wanted, current);
              return verbs.strategy().withReplicas(current, wanted.spec().replicas());
            });
    return answer(request, written.object());
  }

  private void checkVersion(Scale wanted, T current) {
    var version = wanted.metadata().resourceVersion();
    if (!version.isEmpty() && !version.equals(current.metadata().resourceVersion())) {
      throw ApiException.modified(verbs.type().groupResource(), current.metadata().name());
    }
  }

  private Response answer(Request request, T object) {
    var scale = verbs.strategy().scale(object);
    return Answers.of(
        Answers.format(request), 200, KIND.apiVersion(), KIND.kind(), scale, Scale.CODEC);
  }
}
