package io.kubejar.apiserver.aggregation;

/// A group and a version of it. The core group has an empty name.
public record GroupVersion(String group, String version) {
  /// What the APIService for it is called.
  String serviceName() {
    return version + "." + group;
  }

  /// The path below which it is served.
  String path() {
    return group.isEmpty() ? "/api" : "/apis/" + group + "/" + version;
  }
}
