package io.kubejar.apiserver.strategy;

import io.kubejar.apimachinery.KubernetesObject;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One component of a kind's record, such as its `status`, for rules that hold for all kinds that
/// have it.
final class Part<T extends KubernetesObject> {
  private final MethodHandle getter;
  private final MethodHandle setter;
  private final @Nullable Object empty;

  private Part(MethodHandle getter, MethodHandle setter, @Nullable Object empty) {
    this.getter = getter;
    this.setter = setter;
    this.empty = empty;
  }

  static <T extends KubernetesObject> Optional<Part<T>> of(Class<T> type, String name) {
    if (!type.isRecord()) {
      return Optional.empty();
    }
    for (var component : type.getRecordComponents()) {
      if (component.getName().equals(name)) {
        return Optional.of(part(type, name, component.getType()));
      }
    }
    return Optional.empty();
  }

  private static <T extends KubernetesObject> Part<T> part(
      Class<T> type, String name, Class<?> valueType) {
    var lookup = MethodHandles.publicLookup();
    var wither = "with" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
    try {
      var getter = lookup.findVirtual(type, name, MethodType.methodType(valueType));
      var setter = lookup.findVirtual(type, wither, MethodType.methodType(type, valueType));
      return new Part<>(getter, setter, emptyOf(valueType, lookup));
    } catch (ReflectiveOperationException missing) {
      throw new IllegalStateException("not a generated record: " + type, missing);
    }
  }

  private static @Nullable Object emptyOf(Class<?> valueType, MethodHandles.Lookup lookup)
      throws IllegalAccessException {
    try {
      return lookup.findStaticVarHandle(valueType, "EMPTY", valueType).get();
    } catch (NoSuchFieldException _) {
      return null;
    }
  }

  @Nullable Object get(T object) {
    try {
      return getter.invoke(object);
    } catch (Throwable broken) {
      throw new IllegalStateException(broken);
    }
  }

  @SuppressWarnings("unchecked") // The wither gives the object's own type.
  T with(T object, @Nullable Object value) {
    try {
      return (T) setter.invoke(object, value);
    } catch (Throwable broken) {
      throw new IllegalStateException(broken);
    }
  }

  T cleared(T object) {
    return with(object, empty);
  }
}
