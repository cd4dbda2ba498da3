package io.kubejar.junit;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/// The fields of a test class that can be injected, those it inherits among them.
record Fields(List<Field> all) {

  static Fields ofClass(Class<?> type) {
    return new Fields(wishing(type, true));
  }

  static Fields ofInstances(Class<?> type) {
    return new Fields(wishing(type, false));
  }

  private static List<Field> wishing(Class<?> type, boolean ofClass) {
    var fields = new ArrayList<Field>();
    for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
      for (var field : at.getDeclaredFields()) {
        int modifiers = field.getModifiers();
        if (Modifier.isStatic(modifiers) == ofClass
            && !Modifier.isFinal(modifiers)
            && Wish.of(field).isGranted()) {
          fields.add(field);
        }
      }
    }
    return fields;
  }

  /// Fills what holds nothing.
  void inject(@Nullable Object instance, Supplier<TestedCluster> cluster) {
    for (var field : all) {
      if (get(field, instance) == null) {
        set(field, instance, cluster.get().grant(Wish.of(field)));
      }
    }
  }

  /// Takes back what this cluster gave: the instance may outlive it.
  void clear(Object instance, TestedCluster cluster) {
    for (var field : all) {
      var present = get(field, instance);
      if (present != null && cluster.gave(present)) {
        set(field, instance, null);
      }
    }
  }

  private static @Nullable Object get(Field field, @Nullable Object instance) {
    try {
      field.setAccessible(true);
      return field.get(instance);
    } catch (IllegalAccessException | InaccessibleObjectException closed) {
      throw new ExtensionConfigurationException("cannot inject into " + field, closed);
    }
  }

  private static void set(Field field, @Nullable Object instance, @Nullable Object value) {
    try {
      field.set(instance, value);
    } catch (IllegalAccessException closed) {
      throw new ExtensionConfigurationException("cannot inject into " + field, closed);
    }
  }
}
