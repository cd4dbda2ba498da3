package io.kubejar.apimachinery.json;

import com.fasterxml.jackson.core.JsonToken;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.FrozenMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads JSON as a stream for the generated codecs, with the leniency and the messages of Go's
/// decoder.
///
/// A null leaves a field at its default. Fields that the type does not have, and names that occur
/// twice, are passed over, and told by [#complaints] if the reader was made strict.
public final class JsonReader {
  /// Deeper trees would overflow the stack of whoever walks them.
  public static final int DEEPEST_NESTING = JsonText.DEEPEST_NESTING;

  private static final int FIRST_DEPTH = 16;
  private static final int MOST_COMPLAINTS = 100;

  private final Tokens tokens;
  private final @Nullable List<String> complaints;
  private @Nullable JsonToken token;
  private boolean peeked;

  private int depth;
  private Frame[] frames = new Frame[FIRST_DEPTH];

  private JsonReader(Tokens tokens, @Nullable List<String> complaints) {
    this.tokens = tokens;
    this.complaints = complaints;
  }

  public static JsonReader of(byte[] utf8) {
    return new JsonReader(new TextTokens(utf8), null);
  }

  public static JsonReader of(JsonValue tree) {
    return new JsonReader(new TreeTokens(tree), null);
  }

  /// Remembers unknown and repeated fields.
  public static JsonReader strict(byte[] utf8) {
    return new JsonReader(new TextTokens(utf8), new ArrayList<>());
  }

  /// Remembers unknown fields; a tree cannot hold a name twice.
  public static JsonReader strict(JsonValue tree) {
    return new JsonReader(new TreeTokens(tree), new ArrayList<>());
  }

  /// Whether unknown and repeated fields are told.
  public boolean isStrict() {
    return complaints != null;
  }

  /// Adds what somebody else found, such as a schema that is known at run time only.
  public void tell(String complaint) {
    if (complaints != null && complaints.size() < MOST_COMPLAINTS) {
      complaints.add(complaint);
    }
  }

  /// What a strict reader found so far, such as `unknown field "spec.foo"`.
  public List<String> complaints() {
    return complaints == null ? List.of() : List.copyOf(complaints);
  }

  /// Makes sure that nothing follows.
  ///
  /// @throws JsonFormatException if something does
  public void end() {
    if (advance() != null) {
      throw new JsonFormatException("invalid data after top-level value");
    }
  }

  /// Steps into an object; false if there is a null instead.
  ///
  /// @param type the name of the type, for messages
  public boolean beginObject(String type) {
    return beginNamed(type, type);
  }

  private boolean beginNamed(String type, @Nullable String struct) {
    return switch (advance()) {
      case START_OBJECT -> {
        push(struct, true);
        yield true;
      }
      case VALUE_NULL -> false;
      case null, default -> throw mismatch("v1." + type);
    };
  }

  /// Steps to the next field of the object; null at its end.
  public @Nullable String nextName() {
    var frame = frames[depth - 1];
    if (advance() != JsonToken.FIELD_NAME) {
      depth--;
      return null;
    }
    String name = tokens.text();
    frame.name = name;
    if (complaints != null && frame.isRepeated(name)) {
      complain("duplicate field");
    }
    return name;
  }

  /// Passes over the value of a field that the type does not have.
  public void unknownField() {
    if (complaints != null) {
      complain("unknown field");
    }
    skip();
  }

  /// Passes over a value.
  public void skip() {
    advance();
    tokens.skip();
  }

  /// Any value, as a tree.
  public JsonValue value() {
    if (advance() == null) {
      throw new JsonFormatException("unexpected end of JSON input");
    }
    return complaints == null ? tokens.value() : watched();
  }

  /// The value that begins with the token, read name by name to see which ones occur twice.
  private JsonValue watched() {
    if (token == JsonToken.START_OBJECT) {
      push(null, true);
      var fields = new LinkedHashMap<String, JsonValue>();
      for (String name = nextName(); name != null; name = nextName()) {
        advance();
        fields.put(name, watched());
      }
      return new JsonObject(fields);
    }
    if (token == JsonToken.START_ARRAY) {
      var frame = push(null, false);
      var values = new ArrayList<JsonValue>();
      while (advance() != JsonToken.END_ARRAY) {
        frame.index = values.size();
        values.add(watched());
      }
      depth--;
      return new JsonArray(values);
    }
    return tokens.value();
  }

  /// Whether a null comes next. It is passed over.
  public boolean isNull() {
    if (!peeked) {
      token = tokens.next();
      peeked = true;
    }
    if (token == JsonToken.VALUE_NULL) {
      peeked = false;
      return true;
    }
    return false;
  }

  /// Whether a text comes next.
  public boolean isString() {
    return !isNull() && token == JsonToken.VALUE_STRING;
  }

  /// Whether true or false comes next.
  public boolean isBool() {
    return !isNull() && (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE);
  }

  /// Whether a list comes next.
  public boolean isArray() {
    return !isNull() && token == JsonToken.START_ARRAY;
  }

  /// A text, or a number as it is written.
  public String textOrNumber(String goType) {
    return switch (advance()) {
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> tokens.text();
      case null, default -> throw mismatch(goType);
    };
  }

  public String string() {
    return switch (advance()) {
      case VALUE_STRING -> tokens.text();
      case VALUE_NULL -> "";
      case null, default -> throw mismatch("string");
    };
  }

  public boolean bool() {
    return switch (advance()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE, VALUE_NULL -> false;
      case null, default -> throw mismatch("bool");
    };
  }

  public int int32() {
    return (int) whole(Integer.MIN_VALUE, Integer.MAX_VALUE, "int32");
  }

  public long int64() {
    return whole(Long.MIN_VALUE, Long.MAX_VALUE, "int64");
  }

  private long whole(long least, long most, String goType) {
    return switch (advance()) {
      case VALUE_NUMBER_INT -> whole(tokens.text(), least, most, goType);
      case VALUE_NUMBER_FLOAT -> throw mismatch("number " + tokens.text(), goType, null);
      case VALUE_NULL -> 0;
      case null, default -> throw mismatch(goType);
    };
  }

  private long whole(String text, long least, long most, String goType) {
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException tooLarge) {
      throw mismatch("number " + text, goType, tooLarge);
    }
    throw mismatch("number " + text, goType, null);
  }

  public double float64() {
    return switch (advance()) {
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        double value = Double.parseDouble(tokens.text());
        if (Double.isInfinite(value)) {
          throw mismatch("number " + tokens.text(), "float64", null);
        }
        yield value;
      }
      case VALUE_NULL -> 0;
      case null, default -> throw mismatch("float64");
    };
  }

  /// Bytes written in base64.
  public Bytes bytes() {
    return switch (advance()) {
      case VALUE_STRING -> decode(tokens.text());
      case VALUE_NULL -> Bytes.EMPTY;
      case null, default -> throw mismatch("[]uint8");
    };
  }

  public @Nullable String optString() {
    return isNull() ? null : string();
  }

  public @Nullable Boolean optBool() {
    return isNull() ? null : (Boolean) bool();
  }

  public @Nullable Integer optInt32() {
    return isNull() ? null : (Integer) int32();
  }

  public @Nullable Long optInt64() {
    return isNull() ? null : (Long) int64();
  }

  public @Nullable Double optFloat64() {
    return isNull() ? null : (Double) float64();
  }

  public <T> @Nullable T opt(Codec<T> codec) {
    return isNull() ? null : codec.readJson(this);
  }

  public <T> List<T> list(Codec<T> codec) {
    return switch (advance()) {
      case VALUE_NULL -> List.of();
      case START_ARRAY -> items(codec);
      case null, default -> throw mismatch("[]" + codec.typeName());
    };
  }

  private <T> List<T> items(Codec<T> codec) {
    var items = new ArrayList<T>();
    var frame = push(null, false);
    while (advance() != JsonToken.END_ARRAY) {
      peeked = true;
      frame.index = items.size();
      items.add(codec.readJson(this));
    }
    depth--;
    return items;
  }

  public <T> Map<String, T> map(Codec<T> codec) {
    if (isNull()) {
      return FrozenMap.empty();
    }
    var map = new HashMap<String, T>();
    if (advance() != JsonToken.START_OBJECT) {
      throw mismatch("map[string]" + codec.typeName());
    }
    push(null, true);
    for (String name = nextName(); name != null; name = nextName()) {
      map.put(name, codec.readJson(this));
    }
    return FrozenMap.copyOf(map);
  }

  private Bytes decode(String base64) {
    try {
      return Bytes.wrap(Base64.getDecoder().decode(base64.replace("\n", "").replace("\r", "")));
    } catch (IllegalArgumentException broken) {
      throw new JsonFormatException(
          "illegal base64 data at input byte " + firstBadByte(base64), broken);
    }
  }

  private static int firstBadByte(String base64) {
    for (int i = 0; i < base64.length(); i++) {
      char c = base64.charAt(i);
      boolean good =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || c == '+'
              || c == '/';
      if (!good) {
        return i;
      }
    }
    return base64.length() / 4 * 4; // Cut off within the last group of four.
  }

  private @Nullable JsonToken advance() {
    if (peeked) {
      peeked = false;
      return token;
    }
    token = tokens.next();
    return token;
  }

  private Frame push(@Nullable String struct, boolean object) {
    if (depth == frames.length) {
      if (depth >= DEEPEST_NESTING) {
        throw new JsonFormatException("exceeded max depth");
      }
      frames = Arrays.copyOf(frames, depth * 2);
    }
    var frame = frames[depth];
    if (frame == null) {
      frame = new Frame();
      frames[depth] = frame;
    }
    depth++;
    frame.begin(struct, object);
    return frame;
  }

  private void complain(String what) {
    var path = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      var frame = frames[i];
      if (frame.object) {
        path.append(path.isEmpty() ? "" : ".").append(frame.name);
      } else {
        path.append('[').append(frame.index).append(']');
      }
    }
    tell(what + " \"" + path + "\"");
  }

  /// A failure for a value that a codec could not take, in the words given.
  public JsonFormatException failure(String message, @Nullable Throwable cause) {
    return new JsonFormatException(message, cause);
  }

  /// A failure for a value of another type than this one of Go.
  public JsonFormatException mismatch(String goType) {
    if (token == null) {
      return new JsonFormatException("unexpected end of JSON input");
    }
    String found =
        switch (token) {
          case START_OBJECT -> "object";
          case START_ARRAY -> "array";
          case VALUE_STRING -> "string";
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number";
          case VALUE_TRUE, VALUE_FALSE -> "bool";
          default -> "null";
        };
    return mismatch(found, goType, null);
  }

  /// Names the field as Go does: the type that declares it, then the path without indices and map
  /// keys.
  private JsonFormatException mismatch(String found, String goType, @Nullable Throwable cause) {
    var path = new StringBuilder();
    String struct = "";
    for (int i = 0; i < depth; i++) {
      if (frames[i].struct != null) {
        struct = frames[i].struct;
        path.append('.').append(frames[i].name);
      }
    }
    String place = path.isEmpty() ? "Go value" : "Go struct field " + struct + path;
    return new JsonFormatException(
        "json: cannot unmarshal " + found + " into " + place + " of type " + goType, cause);
  }

  /// Where the reader stands in one of the objects and arrays around it.
  private static final class Frame {
    private static final int FEW = 16;

    private @Nullable String struct;
    private boolean object;
    private String name = "";
    private int index;
    private @Nullable String[] few = new String[FEW];
    private int seen;
    private @Nullable HashSet<String> many;

    void begin(@Nullable String struct, boolean object) {
      this.struct = struct;
      this.object = object;
      name = "";
      index = 0;
      seen = 0;
      many = null;
    }

    boolean isRepeated(String candidate) {
      if (many != null) {
        return !many.add(candidate);
      }
      for (int i = 0; i < seen; i++) {
        if (candidate.equals(few[i])) {
          return true;
        }
      }
      if (seen == FEW) {
        many = new HashSet<>();
        for (var each : few) {
          many.add(Objects.requireNonNull(each));
        }
        many.add(candidate);
        return false;
      }
      few[seen++] = candidate;
      return false;
    }
  }
}
