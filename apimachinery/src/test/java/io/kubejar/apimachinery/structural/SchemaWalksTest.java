package io.kubejar.apimachinery.structural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.Chance;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.Rounds;
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
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// Whatever the schema and whatever the object.
class SchemaWalksTest {
  private static final int TRIES = 300;

  private static final GroupVersionKind KIND = new GroupVersionKind("example.com", "v1", "Deep");
  private static final List<String> KEYWORDS =
      List.of(
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
          "x-kubernetes-list-type=map");

  private static final MetadataRules NO_RULES = (metadata, namespaced, path) -> List.of();

  /// Few names, so that values often meet a schema.
  private static String name(Chance chance) {
    return chance.of("a", "b", "spec", "metadata", "kind");
  }

  private static JsonValue scalar(Chance chance) {
    return chance.of(
        new JsonString(chance.of("", "a", "2030-01-01", "x y")),
        new JsonNumber(chance.of("0", "1", "-5", "1.5", "1e400", "123456789012345678901")),
        chance.of(JsonBoolean.TRUE, JsonBoolean.FALSE, JsonNull.NULL));
  }

  private static JsonObject object(Chance chance) {
    return object(chance, 3);
  }

  private static JsonObject object(Chance chance, int depth) {
    return new JsonObject(map(chance, 4, () -> value(chance, depth - 1)));
  }

  private static JsonValue value(Chance chance, int depth) {
    if (depth == 0 || chance.oneIn(3)) {
      return scalar(chance);
    }
    return chance.oneIn(2)
        ? object(chance, depth)
        : new JsonArray(chance.list(0, 3, () -> value(chance, depth - 1)));
  }

  private static Map<String, JsonValue> map(Chance chance, int most, Supplier<JsonValue> value) {
    var map = new LinkedHashMap<String, JsonValue>();
    chance.list(0, most, () -> map.put(name(chance), value.get()));
    return map;
  }

  private static StructuralSchema schema(Chance chance) {
    return StructuralSchema.parse(schema(chance, 3));
  }

  private static JsonObject schema(Chance chance, int depth) {
    var words = keywords(chance.list(0, 4, () -> chance.of(KEYWORDS)));
    if (depth == 0) {
      return words;
    }
    var fields = new LinkedHashMap<>(words.fields());
    if (chance.oneIn(2)) {
      fields.put(chance.of("items", "additionalProperties", "not"), schema(chance, depth - 1));
    }
    fields.put("properties", new JsonObject(map(chance, 3, () -> schema(chance, depth - 1))));
    var branches = new JsonArray(chance.list(0, 2, () -> schema(chance, depth - 1)));
    fields.put(chance.of("anyOf", "oneOf", "allOf"), branches);
    if (chance.oneIn(3)) {
      fields.put("default", scalar(chance));
    }
    fields.put("x-kubernetes-list-map-keys", new JsonArray(List.of(new JsonString("a"))));
    return new JsonObject(fields);
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

  @Test
  void pruningTwiceIsPruningOnce() {
    Rounds.run(TRIES, chance -> pruneTwice(schema(chance), object(chance)));
  }

  private static void pruneTwice(StructuralSchema schema, JsonObject object) {
    var once = Pruning.prune(object, schema);
    var twice = Pruning.prune(once.object(), schema);

    assertThat(twice.object()).isSameAs(once.object());
    assertThat(twice.dropped()).isEmpty();
  }

  @Test
  void defaultingTwiceIsDefaultingOnce() {
    Rounds.run(TRIES, chance -> defaultTwice(schema(chance), object(chance)));
  }

  private static void defaultTwice(StructuralSchema schema, JsonObject object) {
    var once = Defaulting.defaulted(object, schema);

    assertThat(Defaulting.defaulted(once, schema)).isEqualTo(once);
  }

  @Test
  void nothingThrows() {
    Rounds.run(TRIES, chance -> walk(schema(chance), object(chance), object(chance)));
  }

  private static void walk(StructuralSchema schema, JsonObject object, JsonObject old) {
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

  @Test
  void whatHasNotChangedInKnownFieldsIsNeverWrong() {
    Rounds.run(TRIES, chance -> checkUnchanged(schema(chance), object(chance)));
  }

  private static void checkUnchanged(StructuralSchema schema, JsonObject object) {
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
