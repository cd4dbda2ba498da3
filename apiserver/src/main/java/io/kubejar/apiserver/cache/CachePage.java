package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.KubernetesObject;
import java.util.List;

/// Some objects of a selection, in the order of their keys.
///
/// @param more whether further objects of the selection follow
/// @param remaining how many objects follow, selected or not; 0 at the end
/// @param looked how many objects were looked at for it
/// @param index by which they were found; empty if all had to be looked at
public record CachePage<T extends KubernetesObject>(
    List<Stored<T>> objects, boolean more, long remaining, int looked, String index) {}
