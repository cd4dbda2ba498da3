package io.kubejar.apimachinery;

/// Names a collection whatever its version.
public record GroupResource(String group, String resource) {

  /// `pods` or `deployments.apps`.
  @Override
  public String toString() {
    return group.isEmpty() ? resource : resource + "." + group;
  }
}
