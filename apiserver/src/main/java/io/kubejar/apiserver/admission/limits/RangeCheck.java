package io.kubejar.apiserver.admission.limits;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.LimitRange;
import io.kubejar.api.core.v1.LimitRangeItem;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.quota.PodTotals;
import io.kubejar.apimachinery.Quantity;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Compares what is asked for with one item of a LimitRange. Pure.
final class RangeCheck {
  private static final String CONTAINER = "Container";
  private static final String POD = "Pod";
  private static final String CLAIM = "PersistentVolumeClaim";

  private final LimitRangeItem item;
  private final Map<String, Quantity> requests;
  private final Map<String, Quantity> limits;
  private final List<String> problems = new ArrayList<>();

  private RangeCheck(
      LimitRangeItem item, Map<String, Quantity> requests, Map<String, Quantity> limits) {
    this.item = item;
    this.requests = requests;
    this.limits = limits;
  }

  /// What the pod asks for and the range does not allow.
  static List<String> of(LimitRange range, Pod pod) {
    var problems = new ArrayList<String>();
    for (var item : range.spec().limits()) {
      switch (item.type()) {
        case CONTAINER ->
            Stream.concat(pod.spec().containers().stream(), pod.spec().initContainers().stream())
                .map(Container::resources)
                .forEach(
                    it ->
                        problems.addAll(
                            new RangeCheck(item, it.requests(), it.limits()).problems()));
        case POD ->
            problems.addAll(
                new RangeCheck(
                        item,
                        PodTotals.requestsOfContainers(pod),
                        PodTotals.limitsOfContainers(pod))
                    .problems());
        default -> {} // Claims are no concern of pods.
      }
    }
    return problems;
  }

  static List<String> of(LimitRange range, PersistentVolumeClaim claim) {
    var problems = new ArrayList<String>();
    for (var item : range.spec().limits()) {
      if (item.type().equals(CLAIM)) {
        var requests = claim.spec().resources().requests();
        problems.addAll(new RangeCheck(item, requests, Map.of()).problemsOfClaim());
      }
    }
    return problems;
  }

  private List<String> problems() {
    new TreeMap<>(item.min()).forEach(this::least);
    new TreeMap<>(item.max()).forEach(this::most);
    new TreeMap<>(item.maxLimitRequestRatio()).forEach(this::ratio);
    return problems;
  }

  private List<String> problemsOfClaim() {
    new TreeMap<>(item.min()).forEach(this::least);
    new TreeMap<>(item.max()).forEach(this::mostRequested);
    return problems;
  }

  private void least(String name, Quantity least) {
    var rule = "minimum " + name + " usage per " + item.type() + " is " + least;
    var request = requests.get(name);
    var limit = limits.get(name);
    if (request == null) {
      problems.add(rule + ".  No request is specified");
    } else if (request.compareTo(least) < 0) {
      problems.add(rule + ", but request is " + request);
    } else if (limit != null && limit.compareTo(least) < 0) {
      problems.add(rule + ", but limit is " + limit);
    }
  }

  private void most(String name, Quantity most) {
    var rule = "maximum " + name + " usage per " + item.type() + " is " + most;
    var request = requests.get(name);
    var limit = limits.get(name);
    if (limit == null) {
      problems.add(rule + ".  No limit is specified");
    } else if (limit.compareTo(most) > 0) {
      problems.add(rule + ", but limit is " + limit);
    } else if (request != null && request.compareTo(most) > 0) {
      problems.add(rule + ", but request is " + request);
    }
  }

  private void mostRequested(String name, Quantity most) {
    var rule = "maximum " + name + " usage per " + item.type() + " is " + most;
    var request = requests.get(name);
    if (request == null) {
      problems.add(rule + ".  No request is specified");
    } else if (request.compareTo(most) > 0) {
      problems.add(rule + ", but request is " + request);
    }
  }

  private void ratio(String name, Quantity most) {
    var rule = name + " max limit to request ratio per " + item.type() + " is " + most;
    var request = requests.getOrDefault(name, Quantity.ZERO);
    var limit = limits.getOrDefault(name, Quantity.ZERO);
    if (request.isZero()) {
      problems.add(rule + ", but no request is specified or request is 0");
    } else if (limit.isZero()) {
      problems.add(rule + ", but no limit is specified or limit is 0");
    } else {
      var actual = limit.toBigDecimal().divide(request.toBigDecimal(), MathContext.DECIMAL64);
      if (actual.compareTo(most.toBigDecimal()) > 0) {
        problems.add(
            rule + ", but provided ratio is " + String.format(Locale.ROOT, "%.6f", actual));
      }
    }
  }
}
