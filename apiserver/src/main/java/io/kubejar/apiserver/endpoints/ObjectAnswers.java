package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.meta.v1.ListMeta;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.PartialObjectMetadata;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.strategy.Strategy;
import io.kubejar.apiserver.verbs.Listed;
import io.kubejar.apiserver.wire.OutputFormat;
import io.kubejar.apiserver.wire.OutputFormat.Encoding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// Objects and lists of one resource as answers, in every form a client may ask for.
record ObjectAnswers<T extends KubernetesObject>(
    ResourceType<T> type, Strategy<T> strategy, Serving serving) {
  ObjectAnswers(Strategy<T> strategy, Serving serving) {
    this(strategy.type(), strategy, serving);
  }

  Response one(Request request, OutputFormat format, int status, T object) {
    return one(request, format, status, new Stored<>("", object, 0));
  }

  Response one(Request request, OutputFormat format, int status, Stored<T> stored) {
    return switch (format.shape()) {
      case OBJECT -> whole(format, status, stored);
      case TABLE -> {
        var revision = stored.object().metadata().resourceVersion();
        var metadata = JsonObject.of("resourceVersion", new JsonString(revision));
        yield table(request, format, status, List.of(stored.object()), metadata);
      }
      case METADATA -> metadata(format, status, stored);
      case METADATA_LIST ->
          throw ApiException.notAcceptable(
              "you requested PartialObjectMetadataList, but the requested object is not a list ("
                  + type.gvk()
                  + ")");
    };
  }

  private Response whole(OutputFormat format, int status, Stored<T> stored) {
    if (format.encoding() == Encoding.PROTOBUF) {
      return Answers.whole(format, status, ObjectJson.envelope(type, stored));
    }
    return Answers.json(format, status, ObjectJson.whole(type, stored));
  }

  private Response metadata(OutputFormat format, int status, Stored<T> stored) {
    return format.encoding() == Encoding.PROTOBUF
        ? Answers.whole(format, status, MetadataOnly.envelope(stored))
        : Answers.json(format, status, MetadataOnly.json(stored));
  }

  private Response table(
      Request request, OutputFormat format, int status, List<T> objects, JsonObject metadata) {
    var answer = new TableAnswer<>(strategy, serving.clock(), request.query());
    return Answers.json(
        format, status, JsonPrinter.printUtf8(answer.table(objects, metadata, false)));
  }

  Response list(Request request, OutputFormat format, Listed<T> page) {
    var metadata =
        ListMeta.EMPTY
            .withResourceVersion(page.resourceVersion())
            .withContinue_(page.continueToken())
            .withRemainingItemCount(page.remaining());
    return switch (format.shape()) {
      case OBJECT -> wholeList(format, page, metadata);
      case TABLE -> {
        var objects = page.objects().stream().map(Stored::object).toList();
        var tree = (JsonObject) ListMeta.CODEC.toTree(metadata);
        yield table(request, format, 200, objects, tree);
      }
      case METADATA ->
          throw ApiException.notAcceptable(
              "you requested PartialObjectMetadata, but the requested object is a list ("
                  + type.listKind()
                  + ")");
      case METADATA_LIST -> metadataList(format, page, metadata);
    };
  }

  private Response wholeList(OutputFormat format, Listed<T> page, ListMeta metadata) {
    return format.encoding() == Encoding.PROTOBUF
        ? protobufList(
            format,
            new ListType(type.gvk().apiVersion(), type.listKind()),
            metadata,
            page.objects().stream().map(stored -> ObjectJson.message(type, stored)).toList())
        : jsonList(format, page, metadata);
  }

  private Response jsonList(OutputFormat format, Listed<T> page, ListMeta metadata) {
    var head =
        "{\"kind\":\""
            + type.listKind()
            + "\",\"apiVersion\":\""
            + type.gvk().apiVersion()
            + "\",\"metadata\":"
            + new String(ListMeta.CODEC.toJson(metadata), StandardCharsets.UTF_8)
            + ",\"items\":[";
    var items = page.objects().stream().map(stored -> ObjectJson.whole(type, stored)).toList();
    var list =
        new JsonPieces(head.getBytes(StandardCharsets.UTF_8), items, ObjectJson.headBytes(type));
    return format.encoding() == Encoding.JSON && !format.pretty()
        ? Answers.composed(format, list.length(), list::writeTo)
        : Answers.json(format, 200, list.bytes());
  }

  private record ListType(String apiVersion, String kind) {}

  private static Response protobufList(
      OutputFormat format, ListType listType, ListMeta metadata, List<byte[]> items) {
    var list = new ProtobufPieces(listType.apiVersion, listType.kind, metadata, items);
    return Answers.composed(format, list.length(), list::writeTo);
  }

  private Response metadataList(OutputFormat format, Listed<T> page, ListMeta metadata) {
    var objects = page.objects().stream().map(Stored::object).toList();
    if (format.encoding() == Encoding.PROTOBUF) {
      var listType = new ListType(MetadataOnly.API_VERSION, MetadataOnly.LIST_KIND);
      var items =
          objects.stream()
              .map(object -> PartialObjectMetadata.EMPTY.withMetadata(object.metadata()))
              .map(PartialObjectMetadata.CODEC::toProtobuf)
              .toList();
      return protobufList(format, listType, metadata, items);
    }
    var items = new ArrayList<JsonValue>();
    for (var object : objects) {
      items.add(JsonObject.of("metadata", ObjectMeta.CODEC.toTree(object.metadata())));
    }
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("kind", new JsonString(MetadataOnly.LIST_KIND));
    fields.put("apiVersion", new JsonString(MetadataOnly.API_VERSION));
    fields.put("metadata", ListMeta.CODEC.toTree(metadata));
    fields.put("items", new JsonArray(items));
    return Answers.json(format, 200, JsonPrinter.printUtf8(new JsonObject(fields)));
  }
}
