package io.kubejar.api.apiextensions.v1;

import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.json.JsonWriter;
import io.kubejar.apimachinery.protobuf.ProtobufReader;
import io.kubejar.apimachinery.protobuf.ProtobufWriter;
import org.jspecify.annotations.Nullable;

/// A schema, or whether anything (true) or nothing (false) is allowed.
///
/// @param allows what counts if there is no schema; a schema allows as well
public record JSONSchemaPropsOrBool(boolean allows, @Nullable JSONSchemaProps schema) {
  public static final JSONSchemaPropsOrBool EMPTY = new JSONSchemaPropsOrBool(false, null);

  public static final Codec<JSONSchemaPropsOrBool> CODEC =
      new Codec<>() {
        @Override
        public JSONSchemaPropsOrBool readJson(JsonReader in) {
          if (in.isNull()) {
            return EMPTY;
          }
          return in.isBool()
              ? new JSONSchemaPropsOrBool(in.bool(), null)
              : new JSONSchemaPropsOrBool(true, JSONSchemaProps.CODEC.readJson(in));
        }

        @Override
        public void writeJson(JSONSchemaPropsOrBool value, JsonWriter out) {
          if (value.schema != null) {
            JSONSchemaProps.CODEC.writeJson(value.schema, out);
          } else {
            out.bool(value.allows);
          }
        }

        @Override
        public JSONSchemaPropsOrBool readProtobuf(ProtobufReader in) {
          boolean allows = false;
          JSONSchemaProps schema = null;
          for (int field = in.nextField(); field != 0; field = in.nextField()) {
            switch (field) {
              case 1 -> allows = in.bool();
              case 2 -> schema = in.message(JSONSchemaProps.CODEC);
              default -> in.skip();
            }
          }
          return new JSONSchemaPropsOrBool(allows, schema);
        }

        @Override
        public void writeProtobuf(JSONSchemaPropsOrBool value, ProtobufWriter out) {
          out.optMessage(2, value.schema, JSONSchemaProps.CODEC);
          out.bool(1, value.allows);
        }
      };
}
