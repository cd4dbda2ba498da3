package io.kubejar.apiserver.registry;

import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.encryption.UnreadableValues;
import io.kubejar.storage.Value;
import java.util.List;

/// A stored form that says of a value nobody could decrypt why that is so. Such a value is left to
/// whoever looks at it: the feed must not stumble over it.
record Guarded<T extends KubernetesObject>(StoredForm<T> form) implements StoredForm<T> {
  @Override
  public Value encode(T object) {
    return form.encode(object);
  }

  @Override
  public T decode(Value value, long revision) {
    UnreadableValues.check(value);
    return form.decode(value, revision);
  }

  @Override
  public GroupVersionKind storedAs() {
    return form.storedAs();
  }

  @Override
  public boolean maySlowDown() {
    return form.maySlowDown();
  }

  @Override
  public boolean isSlow(Value value) {
    return UnreadableValues.isOne(value) || form.isSlow(value);
  }

  @Override
  public List<T> decodeAll(List<Value> values, List<Long> revisions) {
    values.forEach(UnreadableValues::check);
    return form.decodeAll(values, revisions);
  }
}
