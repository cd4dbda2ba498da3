package io.kubejar.apimachinery.structural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/// Whatever the schema and whatever the object.
class SchemaWalksPropertyTest {
  private static final int TRIES = 300;

  private static final GroupVersionKind KIND = new GroupVersionKind("example.com", "v1", "Deep");
  private static final MetadataRules NO_RULES = (metadata, namespaced, path) -> List.of();

  /// Few names, so that values often meet a schema.
  private static Arbitrary<String> names() {
    return Arbitraries.of("a", "b", "spec", "metadata", "kind");
  }

  private static Arbitrary<JsonValue> scalars() {
    return Arbitraries.oneOf(
        Arbitraries.of("", "a", "2030-01-01", "x y").map(JsonString::new),
        Arbitraries.of("0", "1", "-5", "1.5", "1e400", "123456789012345678901")
            .map(JsonNumber::new),
        Arbitraries.of(JsonBoolean.TRUE, JsonBoolean.FALSE, JsonNull.NULL));
  }

  @Provide
  Arbitrary<JsonObject> objects() {
    return objects(3);
  }

  private static Arbitrary<JsonObject> objects(int depth) {
    return Arbitraries.maps(names(), values(depth - 1)).ofMaxSize(4).map(JsonObject::new);
  }

  private static Arbitrary<JsonValue> values(int depth) {
    return depth == 0
        ? scalars()
        : Arbitraries.oneOf(
            scalars(),
            objects(depth).map(object -> object),
            values(depth - 1).list().ofMaxSize(3).map(JsonArray::new));
  }

  @Provide
  Arbitrary<StructuralSchema> schemas() {
    return schemas(3).map(StructuralSchema::parse);
  }

  private static Arbitrary<JsonObject> schemas(int depth) {
    var words =
        Arbitraries.maps(
                Arbitraries.of(
                    "type=object",
                    "type=array",
                    "type=string",
                    "type=integer",
                    "format=date",
                    "format=int32",
                    "nullable=true",
                    "maximum=1.5",
                    "minimum=0",
                    "multipleOf=0",
                    "maxLength=1",
                    "pattern=a",
                    "pattern=(",
                    "maxItems=1",
                    "maxProperties=1",
                    "uniqueItems=true",
                    "x-kubernetes-preserve-unknown-fields=true",
                    "x-kubernetes-embedded-resource=true",
                    "x-kubernetes-int-or-string=true",
                    "x-kubernetes-list-type=set",
                    "x-kubernetes-list-type=map"),
                Arbitraries.just(true))
            .ofMaxSize(4)
            .map(Map::keySet)
            .map(SchemaWalksPropertyTest::keywords);
    if (depth == 0) {
      return words;
    }
    var inside = schemas(depth - 1);
    var parts =
        Arbitraries.maps(
                Arbitraries.of("items", "additionalProperties", "not"),
                inside.map(o -> (JsonValue) o))
            .ofMaxSize(1);
    var properties = Arbitraries.maps(names(), inside.map(o -> (JsonValue) o)).ofMaxSize(3);
    var branches = inside.map(o -> (JsonValue) o).list().ofMaxSize(2);
    return net.jqwik.api.Combinators.combine(words, parts, properties, branches, scalars())
        .as(
            (word, part, property, branch, filling) -> {
              var fields = new LinkedHashMap<>(word.fields());
              fields.putAll(part);
              fields.put("properties", new JsonObject(property));
              fields.put(fields.size() % 2 == 0 ? "anyOf" : "oneOf", new JsonArray(branch));
              if (fields.size() % 3 == 0) {
                fields.put("default", filling);
              }
              fields.put("x-kubernetes-list-map-keys", new JsonArray(List.of(new JsonString("a"))));
              return new JsonObject(fields);
            });
  }

  private static JsonObject keywords(Iterable<String> words) {
    var fields = new LinkedHashMap<String, JsonValue>();
    for (var word : words) {
      var value = word.substring(word.indexOf('=') + 1);
      boolean text =
          word.startsWith("type")
              || word.startsWith("format")
              || word.startsWith("pattern")
              || word.startsWith("x-kubernetes-list");
      fields.put(
          word.substring(0, word.indexOf('=')),
          text
              ? new JsonString(value)
              : value.equals("true") ? JsonBoolean.TRUE : new JsonNumber(value));
    }
    return new JsonObject(fields);
  }

  @Property(tries = TRIES)
  void pruningTwiceIsPruningOnce(
      @ForAll("schemas") StructuralSchema schema, @ForAll("objects") JsonObject object) {
    var once = Pruning.prune(object, schema);
    var twice = Pruning.prune(once.object(), schema);

    assertThat(twice.object()).isSameAs(once.object());
    assertThat(twice.dropped()).isEmpty();
  }

  @Property(tries = TRIES)
  void defaultingTwiceIsDefaultingOnce(
      @ForAll("schemas") StructuralSchema schema, @ForAll("objects") JsonObject object) {
    var once = Defaulting.defaulted(object, schema);

    assertThat(Defaulting.defaulted(once, schema)).isEqualTo(once);
  }

  @Property(tries = TRIES)
  void nothingThrows(
      @ForAll("schemas") StructuralSchema schema,
      @ForAll("objects") JsonObject object,
      @ForAll("objects") JsonObject old) {
    var checks =
        ResourceChecks.compile(
            schema,
            (node, root) -> call -> new NodeRules.Outcome(List.of(), List.of(), call.budget()),
            NO_RULES);

    assertThatCode(
            () -> {
              StructuralChecks.check(schema, FieldPath.root());
              checks.create(object);
              checks.update(object, old);
              checks.updateStatus(object, old);
              new Coercion(schema, false).stored(object.without("metadata"));
            })
        .doesNotThrowAnyException();
  }

  @Property(tries = TRIES)
  void whatHasNotChangedInKnownFieldsIsNeverWrong(
      @ForAll("schemas") StructuralSchema schema, @ForAll("objects") JsonObject object) {
    var known = Pruning.pruned(object, schema);
    var correlation = Correlation.of(known, known, schema);

    if (correlation.unchanged()) {
      assertThat(ValueChecks.compile(schema).checkUpdate(known, correlation, FieldPath.root()))
          .filteredOn(error -> !error.field().equals("kind"))
          .isEmpty();
    }
  }

  @Test
  void theDeepestTreesAreWalked() {
    int depth = StructuralSchema.DEEPEST / 2; // Each level of values is two of the schema.
    JsonValue schema = new JsonObject(Map.of("type", new JsonString("object")));
    JsonValue value = JsonObject.EMPTY;
    for (int i = 1; i < depth; i++) {
      schema =
          new JsonObject(
              Map.of("type", new JsonString("object"), "properties", JsonObject.of("a", schema)));
      value = JsonObject.of("a", value);
    }
    var tooDeep = JsonObject.of("not", schema);
    var parsed = StructuralSchema.parse((JsonObject) schema);
    var object = (JsonObject) value;

    assertThat(StructuralChecks.check(parsed, FieldPath.root())).isEmpty();
    assertThat(Pruning.prune(object, parsed).object()).isSameAs(object);
    assertThat(Defaulting.defaulted(object, parsed)).isSameAs(object);
    assertThat(ValueChecks.compile(parsed).check(object, FieldPath.root())).isEmpty();
    assertThat(PublishedSchema.v3(new PublishedSchema.Kind(KIND, parsed, false, List.of())).size())
        .isEqualTo(3);
    assertThatThrownBy(() -> StructuralSchema.parse(JsonObject.of("not", tooDeep)))
        .isInstanceOf(UnsupportedSchemaException.class);
  }
}
