package io.kubejar.controllers.namespace;

import io.kubejar.apimachinery.KubernetesObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What is still in a namespace after everything was told to go.
///
/// @param objects how many there are, by resource
/// @param finalizers how many objects have which finalizer
/// @param failures what could not be deleted or listed
/// @param waitSeconds how long it may take them to go; 0 if nothing is left
record Remaining(
    Map<String, Integer> objects,
    Map<String, Integer> finalizers,
    List<String> failures,
    long waitSeconds) {

  /// How long a finalizer may take is anybody's guess; upstream's is this.
  private static final long FINALIZER_SECONDS = 15;

  static final Remaining NOTHING = new Remaining(Map.of(), Map.of(), List.of(), 0);

  boolean isNothing() {
    return objects.isEmpty() && failures.isEmpty();
  }

  Remaining with(String resource, List<? extends KubernetesObject> left) {
    if (left.isEmpty()) {
      return this;
    }
    var moreObjects = new LinkedHashMap<>(objects);
    moreObjects.put(resource, left.size());
    var moreFinalizers = new TreeMap<>(finalizers);
    long wait = Math.max(waitSeconds, 1);
    for (var object : left) {
      var metadata = object.metadata();
      metadata.finalizers().forEach(name -> moreFinalizers.merge(name, 1, Integer::sum));
      var grace = metadata.deletionGracePeriodSeconds();
      wait = Math.max(wait, metadata.finalizers().isEmpty() ? 0 : FINALIZER_SECONDS);
      wait = Math.max(wait, grace == null ? 0 : grace);
    }
    return new Remaining(moreObjects, moreFinalizers, failures, wait);
  }

  Remaining withFailure(String failure) {
    var more = new java.util.ArrayList<>(failures);
    more.add(failure);
    return new Remaining(objects, finalizers, more, waitSeconds);
  }

  String objectsText() {
    return objects.entrySet().stream()
        .map(entry -> entry.getKey() + " has " + entry.getValue() + " resource instances")
        .collect(Collectors.joining(", ", "Some resources are remaining: ", ""));
  }

  String finalizersText() {
    return finalizers.entrySet().stream()
        .map(entry -> entry.getKey() + " in " + entry.getValue() + " resource instances")
        .collect(
            Collectors.joining(
                ", ", "Some content in the namespace has finalizers remaining: ", ""));
  }
}
