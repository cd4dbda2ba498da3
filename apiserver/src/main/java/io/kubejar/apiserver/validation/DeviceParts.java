package io.kubejar.apiserver.validation;

import io.kubejar.api.resource.v1.DeviceTaint;
import io.kubejar.api.resource.v1.DeviceToleration;
import io.kubejar.api.resource.v1.OpaqueDeviceConfiguration;
import io.kubejar.apimachinery.RawExtension;
import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What devices, claims on them and allocations have in common.
final class DeviceParts {
  private static final int OPAQUE_BYTES_MAX = 10 * 1024;
  private static final int CONDITIONS_MAX = 4;
  private static final String OMITTED = "<value omitted>";
  private static final String[] EFFECTS = {"NoExecute", "NoSchedule", "None"};

  private DeviceParts() {}

  /// A list with a bound. One that is too long is not looked at any further.
  ///
  /// @return whether it is within its bound
  static <V> boolean list(Check at, List<V> list, int most, Check.ItemCheck<V> check) {
    if (list.size() > most) {
      at.tooMany(list.size(), most);
      return false;
    }
    at.each(list, check);
    return true;
  }

  /// The same for a list whose items differ by a key. Duplicates are told after everything else.
  static <V> void set(
      Check at, List<V> list, int most, Check.ItemCheck<V> check, Function<V, Object> key) {
    if (!list(at, list, most, check)) {
      return;
    }
    var seen = new HashSet<Object>();
    at.each(
        list,
        (item, value) -> {
          var name = key.apply(value);
          if (!seen.add(name)) {
            item.duplicate(name);
          }
        });
  }

  /// @param stored whether it was there before; then it may be longer than new ones
  static void opaque(Check at, @Nullable OpaqueDeviceConfiguration opaque, boolean stored) {
    if (opaque == null) {
      at.required("");
      return;
    }
    StorageKinds.driverName(at.at("driver"), opaque.driver());
    raw(at.at("parameters"), opaque.parameters(), stored ? Integer.MAX_VALUE : OPAQUE_BYTES_MAX);
  }

  /// An object of any kind, as JSON.
  static void raw(Check at, RawExtension extension, int mostBytes) {
    var bytes = extension.raw();
    if (bytes.isEmpty()) {
      at.required("");
      return;
    }
    if (bytes.size() > mostBytes) {
      at.tooLong(mostBytes);
      return;
    }
    try {
      switch (extension.json()) {
        case JsonObject _ -> {}
        case JsonNull _ -> at.required("");
        default -> at.invalid(OMITTED, "must be a valid JSON object");
      }
    } catch (JsonFormatException e) {
      at.invalid(OMITTED, "error parsing data as JSON: " + e.getMessage());
    }
  }

  static void tolerations(Check at, List<DeviceToleration> tolerations) {
    at.each(
        tolerations,
        (item, toleration) -> {
          if (!toleration.key().isEmpty()) {
            item.at("key").format(toleration.key(), Formats::labelKey);
          }
          switch (toleration.operator()) {
            case "Exists" -> {
              if (!toleration.value().isEmpty()) {
                item.at("value").invalid(toleration.value(), "must be empty for operator `Exists`");
              }
            }
            case "Equal" -> item.at("value").format(toleration.value(), Formats::labelValue);
            case "" -> item.at("operator").required("");
            default -> item.at("operator").notSupported(toleration.operator(), "Equal", "Exists");
          }
          item.at("effect").oneOfOrEmpty(toleration.effect(), EFFECTS);
        });
  }

  static void taint(Check at, DeviceTaint taint) {
    at.at("key").format(taint.key(), Formats::labelKey);
    if (!taint.value().isEmpty()) {
      at.at("value").format(taint.value(), Formats::labelValue);
    }
    at.at("effect").oneOf(taint.effect(), EFFECTS);
  }

  /// Conditions that must hold, and that must not, before a claim is taken to be bound.
  static void binding(Check at, List<String> conditions, List<String> failures) {
    var good = at.at("bindingConditions");
    var bad = at.at("bindingFailureConditions");
    list(good, conditions, CONDITIONS_MAX, (item, name) -> item.format(name, Formats::labelKey));
    list(bad, failures, CONDITIONS_MAX, (item, name) -> item.format(name, Formats::labelKey));
    var seen = new HashSet<String>();
    good.each(
        conditions,
        (item, name) -> {
          if (!seen.add(name)) {
            item.duplicate(name);
          }
        });
    var seenFailures = new HashSet<String>();
    bad.each(
        failures,
        (item, name) -> {
          if (!seenFailures.add(name)) {
            item.duplicate(name);
          }
          if (seen.contains(name)) {
            item.invalid(name, "bindingFailureConditions must not overlap with bindingConditions");
          }
        });
    if (conditions.isEmpty() && !failures.isEmpty()) {
      good.invalid(null, "bindingConditions are required to use bindingFailureConditions");
    }
    if (failures.isEmpty() && !conditions.isEmpty()) {
      bad.invalid(null, "bindingFailureConditions are required to use bindingConditions");
    }
  }
}
