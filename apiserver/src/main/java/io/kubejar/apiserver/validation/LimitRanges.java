package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.LimitRange;
import io.kubejar.api.core.v1.LimitRangeItem;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// LimitRanges: what single pods, containers and claims may ask for.
final class LimitRanges {
  private static final String POD = "Pod";
  private static final String CLAIM = "PersistentVolumeClaim";
  private static final String STORAGE = "storage";
  private static final String NOT_FOR_PODS = "may not be specified when `type` is 'Pod'";

  private LimitRanges() {}

  static void limitRange(Check root, LimitRange range) {
    var types = new HashSet<String>();
    root.at("spec")
        .at("limits")
        .each(
            range.spec().limits(),
            (item, limit) -> {
              type(item.at("type"), limit.type());
              if (!types.add(limit.type())) {
                item.at("type").duplicate(limit.type());
              }
              names(item, limit);
              amounts(item, limit);
            });
  }

  private static void type(Check at, String type) {
    var wrong = Formats.labelKey(type);
    at.messages(type, wrong);
    if (wrong.isEmpty()
        && type.indexOf('/') < 0
        && !List.of(POD, "Container", CLAIM).contains(type)) {
      at.invalid(type, "must be a standard limit type or fully qualified");
    }
  }

  private static void names(Check at, LimitRangeItem limit) {
    names(at.at("max"), limit, limit.max());
    names(at.at("min"), limit, limit.min());
    if (limit.type().equals(POD)) {
      if (!limit.default_().isEmpty()) {
        at.at("default").forbidden(NOT_FOR_PODS);
      }
      if (!limit.defaultRequest().isEmpty()) {
        at.at("defaultRequest").forbidden(NOT_FOR_PODS);
      }
    } else {
      names(at.at("default"), limit, limit.default_());
      names(at.at("defaultRequest"), limit, limit.defaultRequest());
    }
    if (limit.type().equals(CLAIM)
        && !limit.min().containsKey(STORAGE)
        && !limit.max().containsKey(STORAGE)) {
      at.at("limits")
          .required(
              "either minimum or maximum storage value is required, but neither was provided");
    }
    names(at.at("maxLimitRequestRatio"), limit, limit.maxLimitRequestRatio());
  }

  private static void names(Check at, LimitRangeItem limit, Map<String, Quantity> amounts) {
    boolean ofPod = limit.type().equals(POD) || limit.type().equals("Container");
    at.each(
        amounts,
        (item, name, _) -> {
          if (ofPod) {
            Resources.ofContainer(item, name);
          } else {
            Resources.name(item, name);
          }
        });
  }

  private static void amounts(Check at, LimitRangeItem limit) {
    boolean pod = limit.type().equals(POD);
    Map<String, Quantity> defaults = pod ? Map.of() : limit.default_();
    Map<String, Quantity> requests = pod ? Map.of() : limit.defaultRequest();
    var names = new TreeSet<String>();
    names.addAll(limit.max().keySet());
    names.addAll(limit.min().keySet());
    names.addAll(defaults.keySet());
    names.addAll(requests.keySet());
    names.addAll(limit.maxLimitRequestRatio().keySet());
    for (var name : names) {
      var min = limit.min().get(name);
      var max = limit.max().get(name);
      var request = requests.get(name);
      var given = defaults.get(name);
      atMost(at.at("min").key(name), "min", min, "max", max, min);
      var place = at.at("defaultRequest").key(name);
      atMost(place, "min", min, "default request", request, request);
      atMost(place, "default request", request, "max", max, request);
      atMost(place, "default request", request, "default limit", given, request);
      atMost(at.at("default").key(name), "min", min, "default", given, min);
      atMost(at.at("default").key(name), "default", given, "max", max, max);
      ratio(at.at("maxLimitRequestRatio").key(name), limit, name);
      if (given != null
          && request != null
          && !Resources.mayOvercommit(name)
          && given.compareTo(request) != 0) {
        place.invalid(
            request,
            "default value "
                + given
                + " must equal to defaultRequest value "
                + request
                + " in "
                + name);
      }
    }
  }

  /// @param shown which of the two upstream shows
  private static void atMost(
      Check at,
      String what,
      @Nullable Quantity value,
      String than,
      @Nullable Quantity most,
      @Nullable Quantity shown) {
    if (value != null && most != null && value.compareTo(most) > 0) {
      at.invalid(shown, what + " value " + value + " is greater than " + than + " value " + most);
    }
  }

  private static void ratio(Check at, LimitRangeItem limit, String name) {
    var ratio = limit.maxLimitRequestRatio().get(name);
    if (ratio == null) {
      return;
    }
    if (ratio.compareTo(Quantity.of(1)) < 0) {
      at.invalid(ratio, "ratio " + ratio + " is less than 1");
    }
    var min = limit.min().get(name);
    var max = limit.max().get(name);
    if (min == null || max == null) {
      return;
    }
    double most = (double) max.milliValue() / min.milliValue();
    if (ratio.milliValue() / 1000.0 > most) {
      at.invalid(
          ratio, "ratio " + ratio + " is greater than max/min = " + String.format("%f", most));
    }
  }
}
