package io.kubejar.apimachinery.cel.value;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A map of values at hand, in the order they were put in. Like [PlainList], a longer map shares
/// the storage of the shorter one it was made of.
public final class PlainMap implements MapValue {
  public static final PlainMap EMPTY = new PlainMap(new Storage(), 0);

  private final Storage storage;
  private final int length;

  private record Slot(int place, Value value) {}

  private static final class Storage {
    private final Map<Value, Slot> slots = new HashMap<>();
    private final List<Value> keys = new ArrayList<>();

    void put(Value key, Value value) {
      slots.put(canonical(key), new Slot(keys.size(), value));
      keys.add(key);
    }
  }

  private PlainMap(Storage storage, int length) {
    this.storage = storage;
    this.length = length;
  }

  public static PlainMap of(Map<? extends Value, ? extends Value> entries) {
    var storage = new Storage();
    entries.forEach(storage::put);
    return new PlainMap(storage, storage.keys.size());
  }

  /// A map from texts.
  public static PlainMap ofTexts(Map<String, ? extends Value> entries) {
    var storage = new Storage();
    entries.forEach((key, value) -> storage.put(new StringValue(key), value));
    return new PlainMap(storage, storage.keys.size());
  }

  /// The map with this entry too, or the failure of a key that is there already.
  public Value with(Value key, Value value) {
    if (find(key) != null) {
      return new ErrorValue("insert failed: key " + key.text() + " already exists");
    }
    synchronized (storage) {
      var target = storage;
      if (length == 0 || storage.keys.size() != length) {
        target = new Storage();
        for (var known : keys()) {
          target.put(known, requireNonNull(find(known)));
        }
      }
      target.put(key, value);
      return new PlainMap(target, length + 1);
    }
  }

  @Override
  public @Nullable Value find(Value key) {
    var slot = storage.slots.get(canonical(key));
    return slot == null || slot.place() >= length ? null : slot.value();
  }

  @Override
  public List<Value> keys() {
    return storage.keys.subList(0, length);
  }

  @Override
  public long size() {
    return length;
  }

  @Override
  public String toString() {
    return text();
  }

  /// Equal numbers are one key, whatever their kind.
  private static Value canonical(Value key) {
    return switch (key) {
      case UintValue(long bits) when bits >= 0 -> new IntValue(bits);
      case DoubleValue(double number) when number == (long) number -> new IntValue((long) number);
      case UintValue _, DoubleValue _ -> key;
      case BoolValue _,
          BytesValue _,
          DurationValue _,
          ErrorValue _,
          IntValue _,
          ListValue _,
          MapValue _,
          NullValue _,
          OpaqueValue _,
          OptionalValue _,
          StringValue _,
          TimestampValue _,
          TypeValue _ ->
          key;
    };
  }
}
