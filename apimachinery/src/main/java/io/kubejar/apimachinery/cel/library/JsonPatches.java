package io.kubejar.apimachinery.cel.library;

import static dev.cel.common.types.SimpleType.STRING;

import io.kubejar.apimachinery.cel.value.StringValue;
import java.util.List;

/// What mutations need to make JSON patches.
public final class JsonPatches {
  private JsonPatches() {}

  public static Library library() {
    return Library.of(
        Function.of(
            "jsonpatch.escapeKey",
            Overload.global(
                "string_jsonpatch_escapeKey_string",
                STRING,
                List.of(STRING),
                a -> new StringValue(escape(Texts.text(a[0]))))));
  }

  private static String escape(String key) {
    return key.replace("~", "~0").replace("/", "~1");
  }
}
