package io.kubejar.apimachinery.patch;

import java.util.Arrays;
import java.util.List;

/// RFC 6901: a place in a document, such as `/spec/containers/0/image`. Negative indexes count from
/// the end.
record JsonPointer(String text, List<String> steps) {

  static JsonPointer parse(String text) {
    var parts = text.split("/", -1);
    var steps =
        Arrays.stream(parts)
            .skip(1) // Before the first slash there should be nothing.
            .map(part -> part.replace("~1", "/").replace("~0", "~"))
            .toList();
    return new JsonPointer(text, steps);
  }

  boolean isRoot() {
    return text.isEmpty();
  }

  String lastStep() {
    return steps.getLast();
  }

  /// The way to what has, or would have, the place in it.
  List<String> stepsBefore() {
    return steps.subList(0, steps.size() - 1);
  }

  /// Which item of a list so long a step means.
  static int index(String step, int length) {
    int index;
    try {
      index = Integer.parseInt(step);
    } catch (NumberFormatException _) {
      throw new PatchMismatchException("value was not a proper array index: '" + step + "'");
    }
    if (index >= length || index < -length) {
      throw new PatchMismatchException(
          "Unable to access invalid index: " + index + ": invalid index referenced");
    }
    return index < 0 ? index + length : index;
  }
}
