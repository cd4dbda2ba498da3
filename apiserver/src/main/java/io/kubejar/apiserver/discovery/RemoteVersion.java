package io.kubejar.apiserver.discovery;

import io.kubejar.apimachinery.json.JsonArray;

/// A version of a group that another server answers for.
///
/// @param resources as the document of the aggregated discovery has them
/// @param current whether that is what the other server said the last time it was asked
public record RemoteVersion(
    String group, String version, Priority priority, JsonArray resources, boolean current) {}
