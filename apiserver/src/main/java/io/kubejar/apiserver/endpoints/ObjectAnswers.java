package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
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
import java.util.LinkedHashMap;
import java.util.List;

/// Objects and lists of one resource as answers, in every form a client may ask for.
record ObjectAnswers<T extends KubernetesObject>(
    ResourceType<T> type, Strategy<T> strategy, Serving serving) {
  private static final String ITEMS = "items";

  /// What is made at once, so that its length can be told: as large as a page of a usual client.
  private static final int SMALL_OBJECTS = 1_000;

  private static final long SMALL_BYTES = 256 * 1_024;

  /// The largest list whose objects' bytes are kept for the next one, as they are stored: of larger
  /// ones they would take the place of what is needed.
  private static final long KEPT_BYTES = Runtime.getRuntime().maxMemory() / 16;

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

  /// A list, told object by object; at once if it is small.
  Response list(Request request, OutputFormat format, Listed<T> page) {
    var metadata =
        ListMeta.EMPTY
            .withResourceVersion(page.resourceVersion())
            .withContinue_(page.continueToken())
            .withRemainingItemCount(page.remaining());
    // Whoever cannot be read must be found before the answer begins.
    var objects = page.objects().stream().map(Stored::object).toList();
    long bytes = page.objects().stream().mapToLong(Stored::bytes).sum();
    boolean small = page.objects().size() <= SMALL_OBJECTS && bytes <= SMALL_BYTES;
    boolean kept = bytes <= KEPT_BYTES;
    return switch (format.shape()) {
      case OBJECT ->
          format.encoding() == Encoding.PROTOBUF
              ? protobuf(format, small, messages(page, metadata, kept))
              : text(format, small, wholes(page, metadata, kept));
      case TABLE -> {
        var answer = new TableAnswer<>(strategy, serving.clock(), request.query());
        yield text(format, small, answer.list(objects, tree(metadata)));
      }
      case METADATA ->
          throw ApiException.notAcceptable(
              "you requested PartialObjectMetadata, but the requested object is a list ("
                  + type.listKind()
                  + ")");
      case METADATA_LIST ->
          format.encoding() == Encoding.PROTOBUF
              ? protobuf(format, small, metadataMessages(page, metadata))
              : text(format, small, metadataOnly(page, metadata));
    };
  }

  private static Response text(OutputFormat format, boolean small, TextList<?> list) {
    return Answers.composed(format, small, out -> list.writeTo(format, out));
  }

  private static Response protobuf(OutputFormat format, boolean small, ProtobufPieces<?> list) {
    return Answers.composed(format, small, list::writeTo);
  }

  private TextList<Stored<T>> wholes(Listed<T> page, ListMeta metadata, boolean kept) {
    return new TextList<>(
        head(type.listKind(), type.gvk().apiVersion(), metadata),
        ITEMS,
        page.objects(),
        stored -> ObjectJson.whole(type, kept ? stored : stored.fleeting()),
        ObjectJson.headBytes(type));
  }

  private ProtobufPieces<Stored<T>> messages(Listed<T> page, ListMeta metadata, boolean kept) {
    return new ProtobufPieces<>(
        type.gvk().apiVersion(),
        type.listKind(),
        metadata,
        page.objects(),
        stored -> ObjectJson.message(type, kept ? stored : stored.fleeting()));
  }

  private TextList<Stored<T>> metadataOnly(Listed<T> page, ListMeta metadata) {
    return new TextList<>(
        head(MetadataOnly.LIST_KIND, MetadataOnly.API_VERSION, metadata),
        ITEMS,
        page.objects(),
        stored ->
            JsonPrinter.printUtf8(
                JsonObject.of("metadata", ObjectMeta.CODEC.toTree(stored.object().metadata()))),
        1);
  }

  private ProtobufPieces<Stored<T>> metadataMessages(Listed<T> page, ListMeta metadata) {
    return new ProtobufPieces<>(
        MetadataOnly.API_VERSION,
        MetadataOnly.LIST_KIND,
        metadata,
        page.objects(),
        stored ->
            PartialObjectMetadata.CODEC.toProtobuf(
                PartialObjectMetadata.EMPTY.withMetadata(stored.object().metadata())));
  }

  private static JsonObject head(String kind, String apiVersion, ListMeta metadata) {
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("kind", new JsonString(kind));
    fields.put("apiVersion", new JsonString(apiVersion));
    fields.put("metadata", tree(metadata));
    return new JsonObject(fields);
  }

  private static JsonObject tree(ListMeta metadata) {
    return (JsonObject) ListMeta.CODEC.toTree(metadata);
  }
}
