package io.kubejar.apimachinery.cel.rules;

import io.kubejar.apimachinery.cel.type.Identifiers;
import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.Equality;
import io.kubejar.apimachinery.cel.value.ListValue;
import io.kubejar.apimachinery.cel.value.MapValue;
import io.kubejar.apimachinery.cel.value.PlainList;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.Value;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.structural.StructuralSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Lists of a schema. Equality and `+` mean what the list's type says: sets and lists with keys
/// have no order, and adding overwrites what is there.
final class SchemaLists {
  private SchemaLists() {}

  record Plain(JsonArray array, StructuralSchema items) implements ListValue {
    @Override
    public int length() {
      return array.size();
    }

    @Override
    public Value get(int index) {
      return SchemaValues.of(array.get(index), items);
    }
  }

  /// A list of type set.
  record AsSet(ListValue list) implements ListValue {
    @Override
    public int length() {
      return list.length();
    }

    @Override
    public Value get(int index) {
      return list.get(index);
    }

    @Override
    public Value isEqualTo(ListValue other) {
      return BoolValue.of(
          length() == other.length() && new HashSet<>(elements()).containsAll(other.elements()));
    }

    @Override
    public Value plus(ListValue other) {
      var known = new HashSet<>(elements());
      var all = new ArrayList<>(elements());
      other.elements().stream().filter(known::add).forEach(all::add);
      return new AsSet(PlainList.of(all));
    }
  }

  /// A list of type map.
  record ByKey(ListValue list, List<String> keys) implements ListValue {
    @Override
    public int length() {
      return list.length();
    }

    @Override
    public Value get(int index) {
      return list.get(index);
    }

    private List<Optional<Value>> keyOf(Value element) {
      var values = new ArrayList<Optional<Value>>();
      for (var key : keys) {
        var name = new StringValue(Identifiers.escape(key).orElse(key));
        values.add(
            element instanceof MapValue map
                ? Optional.ofNullable(map.find(name))
                : Optional.empty());
      }
      return values;
    }

    private Map<List<Optional<Value>>, Value> byKey() {
      var byKey = new LinkedHashMap<List<Optional<Value>>, Value>();
      elements().forEach(element -> byKey.put(keyOf(element), element));
      return byKey;
    }

    @Override
    public Value isEqualTo(ListValue other) {
      if (length() != other.length()) {
        return BoolValue.FALSE;
      }
      var mine = byKey();
      for (var element : other.elements()) {
        var held = mine.get(keyOf(element));
        var same = held == null ? BoolValue.FALSE : Equality.equal(held, element);
        if (!BoolValue.isTrue(same)) {
          return same;
        }
      }
      return BoolValue.TRUE;
    }

    @Override
    public Value plus(ListValue other) {
      var all = byKey();
      other.elements().forEach(element -> all.put(keyOf(element), element));
      return new ByKey(PlainList.of(all.values()), keys);
    }
  }
}
