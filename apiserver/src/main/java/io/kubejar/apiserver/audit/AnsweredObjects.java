package io.kubejar.apiserver.audit;

import io.kubejar.api.BuiltInResources;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectList;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apimachinery.protobuf.ProtobufEnvelope;
import io.kubejar.apiserver.request.Response;
import java.util.Optional;

/// Reads an answer back, so that the log can show it: an answer is encoded where it is made, in
/// whatever format the client wants.
final class AnsweredObjects {
  private AnsweredObjects() {}

  /// Empty for what is no object, or one of a kind that is not built in and yet in protobuf.
  static Optional<JsonValue> of(Response.Whole answer) {
    var type = answer.headers().firstOr("Content-Type", "");
    if (type.startsWith("application/json")) {
      return Optional.of(JsonParser.parse(answer.body()));
    }
    return ProtobufEnvelope.isOne(answer.body())
        ? of(ProtobufEnvelope.read(answer.body()))
        : Optional.empty();
  }

  private static Optional<JsonValue> of(ProtobufEnvelope envelope) {
    if (envelope.kind().equals("Status")) {
      return Optional.of(Status.CODEC.toTree(envelope.decode(Status.CODEC)));
    }
    for (var type : BuiltInResources.all()) {
      if (type.gvk().apiVersion().equals(envelope.apiVersion())) {
        if (type.gvk().kind().equals(envelope.kind())) {
          return Optional.of(tree(type, envelope));
        }
        if (type.listKind().equals(envelope.kind())) {
          return Optional.of(listTree(type, envelope));
        }
      }
    }
    return Optional.empty();
  }

  private static <T extends KubernetesObject> JsonValue tree(
      ResourceType<T> type, ProtobufEnvelope envelope) {
    return type.codec().toTree(envelope.decode(type.codec()));
  }

  private static <T extends KubernetesObject> JsonValue listTree(
      ResourceType<T> type, ProtobufEnvelope envelope) {
    var codec = ObjectList.codec(type);
    return codec.toTree(envelope.decode(codec));
  }
}
