package io.kubejar.api.apiextensions.v1;

import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.Codecs;
import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.json.JsonWriter;
import io.kubejar.apimachinery.protobuf.ProtobufReader;
import io.kubejar.apimachinery.protobuf.ProtobufWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A schema that must hold, or the names of fields that must be there, if another field is there.
public record JSONSchemaPropsOrStringArray(
    @Nullable JSONSchemaProps schema, List<String> property) {
  public static final JSONSchemaPropsOrStringArray EMPTY =
      new JSONSchemaPropsOrStringArray(null, List.of());

  public JSONSchemaPropsOrStringArray {
    property = List.copyOf(property);
  }

  public static final Codec<JSONSchemaPropsOrStringArray> CODEC =
      new Codec<>() {
        @Override
        public JSONSchemaPropsOrStringArray readJson(JsonReader in) {
          if (in.isNull()) {
            return EMPTY;
          }
          return in.isArray()
              ? new JSONSchemaPropsOrStringArray(null, in.list(Codecs.STRING))
              : new JSONSchemaPropsOrStringArray(JSONSchemaProps.CODEC.readJson(in), List.of());
        }

        @Override
        public void writeJson(JSONSchemaPropsOrStringArray value, JsonWriter out) {
          if (!value.property.isEmpty()) {
            Codecs.STRINGS.writeJson(value.property, out);
          } else if (value.schema != null) {
            JSONSchemaProps.CODEC.writeJson(value.schema, out);
          } else {
            out.nullValue();
          }
        }

        @Override
        public JSONSchemaPropsOrStringArray readProtobuf(ProtobufReader in) {
          JSONSchemaProps schema = null;
          List<String> property = List.of();
          for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
              case 1 -> schema = in.message(JSONSchemaProps.CODEC);
              case 2 -> property = in.add(property, in.string());
              default -> in.skip();
            }
          }
          return new JSONSchemaPropsOrStringArray(schema, property);
        }

        @Override
        public void writeProtobuf(JSONSchemaPropsOrStringArray value, ProtobufWriter out) {
          out.strings(2, value.property);
          out.optMessage(1, value.schema, JSONSchemaProps.CODEC);
        }
      };
}
