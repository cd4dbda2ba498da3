package io.kubejar.apimachinery;

/// Names a type of the API. The core group is the empty text.
public record GroupVersionKind(String group, String version, String kind) {

  /// Splits `apps/v1` or `v1`.
  ///
  /// @throws IllegalArgumentException if there is more than one slash
  public static GroupVersionKind parse(String apiVersion, String kind) {
    int slash = apiVersion.indexOf('/');
    if (slash < 0) {
      return new GroupVersionKind("", apiVersion, kind);
    }
    if (apiVersion.indexOf('/', slash + 1) >= 0) {
      throw new IllegalArgumentException("unexpected GroupVersion string: " + apiVersion);
    }
    return new GroupVersionKind(
        apiVersion.substring(0, slash), apiVersion.substring(slash + 1), kind);
  }

  public static GroupVersionKind of(KubernetesObject object) {
    return parse(object.apiVersion(), object.kind());
  }

  /// `v1` for the core group, else `group/version`.
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /// As messages name it; the core group leaves nothing before the slash.
  @Override
  public String toString() {
    return group + "/" + version + ", Kind=" + kind;
  }
}
