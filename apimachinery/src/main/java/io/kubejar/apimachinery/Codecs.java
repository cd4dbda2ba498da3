package io.kubejar.apimachinery;

import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.json.JsonWriter;
import io.kubejar.apimachinery.protobuf.ProtobufFormatException;
import io.kubejar.apimachinery.protobuf.ProtobufReader;
import io.kubejar.apimachinery.protobuf.ProtobufWriter;
import java.time.Instant;
import java.util.List;

/// Codecs of what is not generated: plain values within lists and maps, and the types that upstream
/// writes in its own way.
public final class Codecs {
  public static final Codec<String> STRING =
      new Plain<>("string") {
        @Override
        public String readJson(JsonReader in) {
          return in.string();
        }

        @Override
        public void writeJson(String value, JsonWriter out) {
          out.string(value);
        }
      };
  public static final Codec<Integer> INT32 =
      new Plain<>("int32") {
        @Override
        public Integer readJson(JsonReader in) {
          return in.int32();
        }

        @Override
        public void writeJson(Integer value, JsonWriter out) {
          out.number(value.longValue());
        }
      };
  public static final Codec<Long> INT64 =
      new Plain<>("int64") {
        @Override
        public Long readJson(JsonReader in) {
          return in.int64();
        }

        @Override
        public void writeJson(Long value, JsonWriter out) {
          out.number(value.longValue());
        }
      };
  public static final Codec<Boolean> BOOL =
      new Plain<>("bool") {
        @Override
        public Boolean readJson(JsonReader in) {
          return in.bool();
        }

        @Override
        public void writeJson(Boolean value, JsonWriter out) {
          out.bool(value);
        }
      };
  public static final Codec<Bytes> BYTES =
      new Plain<>("[]uint8") {
        @Override
        public Bytes readJson(JsonReader in) {
          return in.bytes();
        }

        @Override
        public void writeJson(Bytes value, JsonWriter out) {
          out.bytesValue(value);
        }
      };

  public static final Codec<Quantity> QUANTITY = new QuantityCodec();
  public static final Codec<IntOrString> INT_OR_STRING = new IntOrStringCodec();
  public static final Codec<Instant> TIME = new TimeCodec(false);
  public static final Codec<Instant> MICRO_TIME = new TimeCodec(true);

  /// A list of texts as a value of a map; protobuf wraps it in a message.
  public static final Codec<List<String>> STRINGS = new StringsCodec();

  public static final Codec<Double> DOUBLE =
      new Plain<>("float64") {
        @Override
        public Double readJson(JsonReader in) {
          return in.float64();
        }

        @Override
        public void writeJson(Double value, JsonWriter out) {
          out.number(value.doubleValue());
        }
      };

  private Codecs() {}

  /// For objects within objects, which do not say their kind and apiVersion.
  public static <T> Codec<T> embedded(Codec<T> codec) {
    return new EmbeddedCodec<>(codec);
  }

  private record EmbeddedCodec<T>(Codec<T> codec) implements Codec<T> {
    @Override
    public String typeName() {
      return codec.typeName();
    }

    @Override
    public T readJson(JsonReader in) {
      return codec.readJson(in);
    }

    @Override
    public void writeJson(T value, JsonWriter out) {
      out.omitNextTypeMeta();
      codec.writeJson(value, out);
    }

    @Override
    public T readProtobuf(ProtobufReader in) {
      return codec.readProtobuf(in);
    }

    @Override
    public void writeProtobuf(T value, ProtobufWriter out) {
      codec.writeProtobuf(value, out);
    }
  }

  /// A value that is no message in protobuf.
  private abstract static class Plain<T> implements Codec<T> {
    private final String goType;

    Plain(String goType) {
      this.goType = goType;
    }

    @Override
    public String typeName() {
      return goType;
    }

    @Override
    public T readProtobuf(ProtobufReader in) {
      throw new UnsupportedOperationException(goType + " is no message");
    }

    @Override
    public void writeProtobuf(T value, ProtobufWriter out) {
      throw new UnsupportedOperationException(goType + " is no message");
    }
  }

  private static final class QuantityCodec implements Codec<Quantity> {
    private static final String GRAMMAR =
        "quantities must match the regular expression"
            + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    @Override
    public String typeName() {
      return "resource.Quantity";
    }

    @Override
    public Quantity readJson(JsonReader in) {
      // Numbers are taken too, by their text, as people write them without quotes.
      return in.isNull() ? Quantity.ZERO : parse(in.textOrNumber("resource.Quantity"));
    }

    private static Quantity parse(String text) {
      try {
        return Quantity.parse(text);
      } catch (QuantityFormatException broken) {
        throw new JsonFormatException(GRAMMAR, broken);
      }
    }

    @Override
    public void writeJson(Quantity value, JsonWriter out) {
      out.string(value.toString());
    }

    @Override
    public Quantity readProtobuf(ProtobufReader in) {
      String text = "";
      for (int field = in.nextField(); field != 0; field = in.nextField()) {
        if (field == 1) {
          text = in.string();
        } else {
          in.skip();
        }
      }
      try {
        return text.isEmpty() ? Quantity.ZERO : Quantity.parse(text);
      } catch (QuantityFormatException broken) {
        throw new ProtobufFormatException("proto: no quantity: " + text);
      }
    }

    @Override
    public void writeProtobuf(Quantity value, ProtobufWriter out) {
      out.string(1, value.toString());
    }
  }

  private static final class IntOrStringCodec implements Codec<IntOrString> {
    private static final int TEXT = 1;

    @Override
    public String typeName() {
      return "intstr.IntOrString";
    }

    @Override
    public IntOrString readJson(JsonReader in) {
      if (in.isNull()) {
        return IntOrString.zero();
      }
      return in.isString() ? IntOrString.of(in.string()) : IntOrString.of(in.int32());
    }

    @Override
    public void writeJson(IntOrString value, JsonWriter out) {
      switch (value) {
        case IntOrString.OfInt(int number) -> out.number((long) number);
        case IntOrString.OfString(var text) -> out.string(text);
      }
    }

    @Override
    public IntOrString readProtobuf(ProtobufReader in) {
      int type = 0;
      int number = 0;
      String text = "";
      for (int field = in.nextField(); field != 0; field = in.nextField()) {
        switch (field) {
          case 1 -> type = in.int32();
          case 2 -> number = in.int32();
          case 3 -> text = in.string();
          default -> in.skip();
        }
      }
      return type == TEXT ? IntOrString.of(text) : IntOrString.of(number);
    }

    @Override
    public void writeProtobuf(IntOrString value, ProtobufWriter out) {
      switch (value) {
        case IntOrString.OfInt(int number) -> {
          out.string(3, "");
          out.number(2, number);
          out.number(1, 0);
        }
        case IntOrString.OfString(var text) -> {
          out.string(3, text);
          out.number(2, 0);
          out.number(1, TEXT);
        }
      }
    }
  }

  private static final class StringsCodec implements Codec<List<String>> {
    @Override
    public String typeName() {
      return "[]string";
    }

    @Override
    public List<String> readJson(JsonReader in) {
      return List.copyOf(in.list(STRING));
    }

    @Override
    public void writeJson(List<String> value, JsonWriter out) {
      out.beginArray();
      for (String each : value) {
        out.string(each);
      }
      out.endArray();
    }

    @Override
    public List<String> readProtobuf(ProtobufReader in) {
      List<String> items = List.of();
      for (int field = in.nextField(); field != 0; field = in.nextField()) {
        if (field == 1) {
          items = in.add(items, in.string());
        } else {
          in.skip();
        }
      }
      return List.copyOf(items);
    }

    @Override
    public void writeProtobuf(List<String> value, ProtobufWriter out) {
      out.strings(1, value);
    }
  }
}
