package io.kubejar.apimachinery.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads YAML into a JSON tree the way upstream's tools do: by the types of YAML 1.1 (`yes` is
/// true, `010` is eight), with merge keys, and with every key made a text.
///
/// Aliases are bounded, so that a small document cannot stand for a huge one.
public final class Yaml {
  /// How many nodes a document may have after its aliases are replaced, if it uses any.
  static final int MOST_NODES_WITH_ALIASES = 400_000;

  private static final int LARGEST_DOCUMENT = 64 << 20;
  private static final String MERGE = "<<";

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setCodePointLimit(LARGEST_DOCUMENT)
          .setAllowDuplicateKeys(true)
          .build();

  private final Iterator<Event> events;
  private final Consumer<String> onDuplicate;
  private final Map<Anchor, Counted> anchors = new HashMap<>();
  private final List<Anchor> open = new ArrayList<>();
  private int depth;
  private long nodes;
  private boolean aliased;

  private record Counted(JsonValue value, long nodes) {}

  private Yaml(Iterator<Event> events, Consumer<String> onDuplicate) {
    this.events = events;
    this.onDuplicate = onDuplicate;
  }

  /// Reads the first document. An empty text is null.
  ///
  /// @throws JsonFormatException if it is no YAML, or says what JSON cannot
  public static JsonValue parse(String text) {
    return parse(text, key -> {});
  }

  public static JsonValue parse(byte[] utf8) {
    return parse(utf8, key -> {});
  }

  /// Likewise; tells every key that is set twice in one mapping.
  public static JsonValue parse(byte[] utf8, Consumer<String> onDuplicate) {
    int broken = Utf8.firstBroken(utf8);
    if (broken < utf8.length) {
      boolean leads = (utf8[broken] & 0xff) >= 0xc0 && (utf8[broken] & 0xff) < 0xf8;
      throw new JsonFormatException(
          "yaml: invalid " + (leads ? "trailing" : "leading") + " UTF-8 octet");
    }
    return parse(new String(utf8, StandardCharsets.UTF_8), onDuplicate);
  }

  /// Likewise; tells every key that is set twice in one mapping, in the words of upstream's reader.
  public static JsonValue parse(String text, Consumer<String> onDuplicate) {
    try {
      var yaml = new Yaml(new Parse(SETTINGS).parseString(text).iterator(), onDuplicate);
      return yaml.nextDocument().orElse(JsonNull.NULL);
    } catch (YamlEngineException | IllegalArgumentException broken) {
      throw malformed(broken);
    }
  }

  /// Reads all documents of a stream that are not empty.
  public static List<JsonValue> parseAll(String text) {
    try {
      var yaml = new Yaml(new Parse(SETTINGS).parseString(text).iterator(), key -> {});
      var documents = new ArrayList<JsonValue>();
      for (var next = yaml.nextDocument(); next.isPresent(); next = yaml.nextDocument()) {
        if (!(next.get() instanceof JsonNull)) {
          documents.add(next.get());
        }
      }
      return documents;
    } catch (YamlEngineException | IllegalArgumentException broken) {
      throw malformed(broken);
    }
  }

  /// @param broken the parser's own exception, or the one it lets through for a broken escape
  private static JsonFormatException malformed(RuntimeException broken) {
    var message = Objects.requireNonNullElse(broken.getMessage(), "cannot be parsed");
    return new JsonFormatException(
        "yaml: " + message.strip().replaceAll("\\s*\\R\\s*", " "), broken);
  }

  private Optional<JsonValue> nextDocument() {
    anchors.clear();
    while (events.hasNext()) {
      if (events.next() instanceof DocumentStartEvent) {
        return Optional.of(value(events.next()));
      }
    }
    return Optional.empty();
  }

  private JsonValue value(Event event) {
    return switch (event) {
      case AliasEvent alias -> alias(alias.getAlias());
      case ScalarEvent scalar -> remembered(scalar, YamlScalar.resolve(scalar));
      case SequenceStartEvent start -> nested(start, this::sequence);
      case MappingStartEvent start -> nested(start, this::mapping);
      default -> throw new JsonFormatException("yaml: unexpected " + event);
    };
  }

  private JsonValue nested(NodeEvent start, java.util.function.Supplier<JsonValue> body) {
    if (++depth > JsonParser.DEEPEST_NESTING) {
      throw new JsonFormatException("yaml: exceeded max depth of " + JsonParser.DEEPEST_NESTING);
    }
    start.getAnchor().ifPresent(open::add);
    long before = nodes;
    var value = body.get();
    depth--;
    count(1);
    start.getAnchor().ifPresent(anchor -> close(anchor, value, nodes - before));
    return value;
  }

  private void close(Anchor anchor, JsonValue value, long size) {
    open.removeLast();
    anchors.put(anchor, new Counted(value, size));
  }

  private JsonValue remembered(ScalarEvent scalar, JsonValue value) {
    count(1);
    scalar.getAnchor().ifPresent(anchor -> anchors.put(anchor, new Counted(value, 1)));
    return value;
  }

  private JsonValue alias(Anchor anchor) {
    if (open.contains(anchor)) {
      throw new JsonFormatException("yaml: anchor '" + anchor + "' value contains itself");
    }
    var target = anchors.get(anchor);
    if (target == null) {
      throw new JsonFormatException("yaml: unknown anchor '" + anchor + "' referenced");
    }
    aliased = true;
    count(target.nodes());
    return target.value();
  }

  private void count(long more) {
    nodes += more;
    if (aliased && nodes > MOST_NODES_WITH_ALIASES) {
      throw new JsonFormatException("yaml: document contains excessive aliasing");
    }
  }

  private JsonValue sequence() {
    var values = new ArrayList<JsonValue>();
    for (var event = events.next(); !(event instanceof SequenceEndEvent); event = events.next()) {
      values.add(value(event));
    }
    return values.isEmpty() ? JsonArray.EMPTY : new JsonArray(values);
  }

  private JsonValue mapping() {
    var fields = new LinkedHashMap<String, JsonValue>();
    var merged = new LinkedHashMap<String, JsonValue>();
    for (var event = events.next(); !(event instanceof MappingEndEvent); event = events.next()) {
      if (isMergeKey(event)) {
        merge(value(events.next()), merged);
        continue;
      }
      int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
      var key = key(value(event));
      if (fields.put(key, value(events.next())) != null) {
        onDuplicate.accept("line " + line + ": key \"" + key + "\" already set in map");
      }
    }
    merged.forEach(fields::putIfAbsent);
    return fields.isEmpty() ? JsonObject.EMPTY : new JsonObject(fields);
  }

  private static boolean isMergeKey(Event event) {
    return event instanceof ScalarEvent scalar
        && scalar.isPlain()
        && scalar.getValue().equals(MERGE);
  }

  private static void merge(JsonValue source, Map<String, JsonValue> merged) {
    switch (source) {
      case JsonObject object -> object.fields().forEach(merged::putIfAbsent);
      case JsonArray array -> {
        for (var item : array) {
          if (!(item instanceof JsonObject object)) {
            throw mergeWantsMap();
          }
          object.fields().forEach(merged::putIfAbsent);
        }
      }
      default -> throw mergeWantsMap();
    }
  }

  private static JsonFormatException mergeWantsMap() {
    return new JsonFormatException("yaml: map merge requires map or sequence of maps as the value");
  }

  private static String key(@Nullable JsonValue key) {
    return switch (key) {
      case JsonString(var text) -> text;
      case JsonNumber(var text) -> text;
      case JsonBoolean(var bool) -> Boolean.toString(bool);
      case null, default -> throw new JsonFormatException("yaml: unsupported map key: " + key);
    };
  }
}
