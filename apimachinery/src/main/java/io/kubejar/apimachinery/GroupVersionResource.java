package io.kubejar.apimachinery;

/// Names a collection of the API, as it stands in a path.
public record GroupVersionResource(String group, String version, String resource) {

  public GroupResource groupResource() {
    return new GroupResource(group, resource);
  }

  /// `v1` for the core group, else `group/version`.
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  @Override
  public String toString() {
    return apiVersion() + ", Resource=" + resource;
  }
}
