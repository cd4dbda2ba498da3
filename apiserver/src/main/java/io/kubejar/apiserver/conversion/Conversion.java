package io.kubejar.apiserver.conversion;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import java.util.function.Function;

/// How a served version and the stored version of a kind become each other.
///
/// @param stored the version that is stored
public record Conversion<T extends KubernetesObject, H extends KubernetesObject>(
    ResourceType<H> stored, Function<T, H> toStored, Function<H, T> fromStored) {}
