package io.kubejar.api.apiextensions.v1;

import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.json.JsonWriter;
import io.kubejar.apimachinery.protobuf.ProtobufReader;
import io.kubejar.apimachinery.protobuf.ProtobufWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One schema for every item, or a list of schemas, one per place.
public record JSONSchemaPropsOrArray(
    @Nullable JSONSchemaProps schema, List<JSONSchemaProps> jsonSchemas) {
  public static final JSONSchemaPropsOrArray EMPTY = new JSONSchemaPropsOrArray(null, List.of());

  public JSONSchemaPropsOrArray {
    jsonSchemas = List.copyOf(jsonSchemas);
  }

  public static final Codec<JSONSchemaPropsOrArray> CODEC =
      new Codec<>() {
        @Override
        public JSONSchemaPropsOrArray readJson(JsonReader in) {
          if (in.isNull()) {
            return EMPTY;
          }
          return in.isArray()
              ? new JSONSchemaPropsOrArray(null, in.list(JSONSchemaProps.CODEC))
              : new JSONSchemaPropsOrArray(JSONSchemaProps.CODEC.readJson(in), List.of());
        }

        @Override
        public void writeJson(JSONSchemaPropsOrArray value, JsonWriter out) {
          if (!value.jsonSchemas.isEmpty()) {
            out.beginArray();
            for (var each : value.jsonSchemas) {
              JSONSchemaProps.CODEC.writeJson(each, out);
            }
            out.endArray();
          } else if (value.schema != null) {
            JSONSchemaProps.CODEC.writeJson(value.schema, out);
          } else {
            out.nullValue();
          }
        }

        @Override
        public JSONSchemaPropsOrArray readProtobuf(ProtobufReader in) {
          JSONSchemaProps schema = null;
          List<JSONSchemaProps> schemas = List.of();
          for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
              case 1 -> schema = in.message(JSONSchemaProps.CODEC);
              case 2 -> schemas = in.add(schemas, in.message(JSONSchemaProps.CODEC));
              default -> in.skip();
            }
          }
          return new JSONSchemaPropsOrArray(schema, schemas);
        }

        @Override
        public void writeProtobuf(JSONSchemaPropsOrArray value, ProtobufWriter out) {
          out.messages(2, value.jsonSchemas, JSONSchemaProps.CODEC);
          out.optMessage(1, value.schema, JSONSchemaProps.CODEC);
        }
      };
}
