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

  private JsonValue run(JsonValue original) {
    var document = new OpenDocument(original);
    for (var operation : operations) {
      take((JsonObject) operation, document);
    }
    return document.closed();
  }

  private void take(JsonObject operation, OpenDocument document) {
    var kind = operation.get("op") instanceof JsonString(var text) ? text : "unknown";
    switch (kind) {
      case "add" -> add(operation, document);
      case "remove" -> remove(operation, document);
      case "replace" -> replace(operation, document);
      case "move" -> move(operation, document);
      case "copy" -> copy(operation, document);
      case "test" -> test(operation, document);
      default -> throw new PatchMismatchException("Unexpected kind: " + kind);
    }
  }

  private static void add(JsonObject operation, OpenDocument document) {
    var path = pointer(operation, "path", "add");
    require(path, document, "add operation does not apply: doc is missing path: ");
    document.add(path, value(operation));
  }

  private static void remove(JsonObject operation, OpenDocument document) {
    var path = pointer(operation, "path", "remove");
    require(path, document, "remove operation does not apply: doc is missing path: ");
    document.remove(path);
  }

  private static void replace(JsonObject operation, OpenDocument document) {
    var path = pointer(operation, "path", "replace");
    var value = value(operation);
    if (path.isRoot()) {
      if (!(value instanceof JsonObject || value instanceof JsonArray)) {
        throw new PatchMismatchException("replace operation value must be object or array");
      }
      document.replaceAll(value);
      return;
    }
    require(path, document, "replace operation does not apply: doc is missing path: ");
    document.set(path, value); // As upstream, a field that is not there yet can be replaced.
  }

  private static void move(JsonObject operation, OpenDocument document) {
    var from = pointer(operation, "from", "move");
    require(from, document, "move operation does not apply: doc is missing from path: ");
    var path = pointer(operation, "path", "move");
    document.move(
        from,
        path,
        "move operation does not apply: doc is missing destination path: " + path.text());
  }

  private void copy(JsonObject operation, OpenDocument document) {
    var from = pointer(operation, "from", "copy");
    require(from, document, "copy operation does not apply: doc is missing from path: ");
    var copied = document.get(from);
    var path = pointer(operation, "path", "copy");
    require(path, document, "copy operation does not apply: doc is missing destination path: ");
    copiedBytes += JsonPrinter.printUtf8(copied).length;
    if (copiedBytes > LARGEST_COPIES_BYTES) {
      throw new PatchMismatchException(
          "Unable to complete the copy, the accumulated size increase of copy is "
              + copiedBytes
              + ", exceeding the limit "
              + LARGEST_COPIES_BYTES);
    }
    document.add(path, copied);
  }

  private static void test(JsonObject operation, OpenDocument document) {
    var path = pointer(operation, "path", "test");
    var expected = value(operation);
    if (!path.isRoot()) {
      require(path, document, "test operation does not apply: is missing path: ");
    }
    if (!document.holds(path, expected)) {
      throw new PatchMismatchException("testing value " + path.text() + " failed: test failed");
    }
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

  private static void require(JsonPointer pointer, OpenDocument document, String otherwise) {
    if (!document.reaches(pointer)) {
      throw PatchMismatchException.missing(otherwise + pointer.text());
    }
  }
}
