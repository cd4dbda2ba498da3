package io.kubejar.apimachinery.patch;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.Objects;

/// RFC 6902: a list of steps, all of which are taken or none.
public final class JsonPatch {
  public static final int MOST_OPERATIONS = 10_000;

  /// How many bytes the copies of one patch may add up to.
  public static final long LARGEST_COPIES_BYTES = 3 << 20;

  private final JsonArray operations;
  private long copiedBytes;

  private JsonPatch(JsonArray operations) {
    this.operations = operations;
  }

  /// The document with all steps taken.
  ///
  /// @throws ApiException 400 if this is no patch, 413 if it is too long, 422 if it does not fit
  public static JsonValue apply(JsonValue document, JsonValue patch) {
    if (!(patch instanceof JsonArray operations)) {
      throw malformed(patch, "jsonpatch.Patch");
    }
    for (var operation : operations) {
      if (!(operation instanceof JsonObject)) {
        throw malformed(operation, "jsonpatch.Operation");
      }
    }
    if (operations.size() > MOST_OPERATIONS) {
      throw ApiException.requestEntityTooLarge(
          "The allowed maximum operations in a JSON patch is "
              + MOST_OPERATIONS
              + ", got "
              + operations.size());
    }
    try {
      return new JsonPatch(operations).run(document);
    } catch (PatchMismatchException mismatch) {
      throw ApiException.unprocessable(mismatch);
    }
  }

  private static ApiException malformed(JsonValue value, String type) {
    return ApiException.badRequest(
        "json: cannot unmarshal " + value.typeName() + " into Go value of type " + type);
  }

  private JsonValue run(JsonValue document) {
    var result = document;
    for (var operation : operations) {
      result = take((JsonObject) operation, result);
    }
    return result;
  }

  private JsonValue take(JsonObject operation, JsonValue document) {
    var kind = operation.get("op") instanceof JsonString(var text) ? text : "unknown";
    return switch (kind) {
      case "add" -> add(operation, document);
      case "remove" -> remove(operation, document);
      case "replace" -> replace(operation, document);
      case "move" -> move(operation, document);
      case "copy" -> copy(operation, document);
      case "test" -> test(operation, document);
      default -> throw new PatchMismatchException("Unexpected kind: " + kind);
    };
  }

  private static JsonValue add(JsonObject operation, JsonValue document) {
    var path = pointer(operation, "path", "add");
    requireContainer(path, document, "add operation does not apply: doc is missing path: ");
    return path.change(document, (at, key) -> JsonPointer.add(at, key, value(operation)));
  }

  private static JsonValue remove(JsonObject operation, JsonValue document) {
    var path = pointer(operation, "path", "remove");
    requireContainer(path, document, "remove operation does not apply: doc is missing path: ");
    return path.change(document, JsonPointer::remove);
  }

  private static JsonValue replace(JsonObject operation, JsonValue document) {
    var path = pointer(operation, "path", "replace");
    var value = value(operation);
    if (path.isRoot()) {
      if (!(value instanceof JsonObject || value instanceof JsonArray)) {
        throw new PatchMismatchException("replace operation value must be object or array");
      }
      return value;
    }
    requireContainer(path, document, "replace operation does not apply: doc is missing path: ");
    // As upstream, a field that is not there yet can be replaced.
    return path.change(document, (at, key) -> JsonPointer.set(at, key, value));
  }

  private static JsonValue move(JsonObject operation, JsonValue document) {
    var from = pointer(operation, "from", "move");
    var container =
        requireContainer(
            from, document, "move operation does not apply: doc is missing from path: ");
    var moved =
        Objects.requireNonNullElse(JsonPointer.get(container, from.lastStep()), JsonNull.NULL);
    var without = from.change(document, JsonPointer::remove);
    var path = pointer(operation, "path", "move");
    requireContainer(
        path, without, "move operation does not apply: doc is missing destination path: ");
    return path.change(without, (at, key) -> JsonPointer.add(at, key, moved));
  }

  private JsonValue copy(JsonObject operation, JsonValue document) {
    var from = pointer(operation, "from", "copy");
    var container =
        requireContainer(
            from, document, "copy operation does not apply: doc is missing from path: ");
    var copied =
        Objects.requireNonNullElse(JsonPointer.get(container, from.lastStep()), JsonNull.NULL);
    var path = pointer(operation, "path", "copy");
    requireContainer(
        path, document, "copy operation does not apply: doc is missing destination path: ");
    copiedBytes += JsonPrinter.printUtf8(copied).length;
    if (copiedBytes > LARGEST_COPIES_BYTES) {
      throw new PatchMismatchException(
          "Unable to complete the copy, the accumulated size increase of copy is "
              + copiedBytes
              + ", exceeding the limit "
              + LARGEST_COPIES_BYTES);
    }
    return path.change(document, (at, key) -> JsonPointer.add(at, key, copied));
  }

  private static JsonValue test(JsonObject operation, JsonValue document) {
    var path = pointer(operation, "path", "test");
    var expected = value(operation);
    JsonValue actual = document;
    if (!path.isRoot()) {
      var container =
          requireContainer(path, document, "test operation does not apply: is missing path: ");
      actual =
          Objects.requireNonNullElse(JsonPointer.get(container, path.lastStep()), JsonNull.NULL);
    }
    if (!actual.equals(expected)) {
      throw new PatchMismatchException("testing value " + path.text() + " failed: test failed");
    }
    return document;
  }

  private static JsonPointer pointer(JsonObject operation, String name, String kind) {
    if (operation.get(name) instanceof JsonString(var text)) {
      return JsonPointer.parse(text);
    }
    throw PatchMismatchException.missing(kind + " operation failed to decode " + name);
  }

  private static JsonValue value(JsonObject operation) {
    return Objects.requireNonNullElse(operation.get("value"), JsonNull.NULL);
  }

  private static JsonValue requireContainer(
      JsonPointer pointer, JsonValue document, String otherwise) {
    return pointer
        .container(document)
        .orElseThrow(() -> PatchMismatchException.missing(otherwise + pointer.text()));
  }
}
