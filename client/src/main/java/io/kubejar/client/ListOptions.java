package io.kubejar.client;

/// Which objects to list, and how old the answer may be. Empty strings and zero mean "not given".
public record ListOptions(
    String namespace,
    String labelSelector,
    String fieldSelector,
    long limit,
    String continueToken,
    String resourceVersion,
    String resourceVersionMatch) {

  /// Everything of the kind, in all namespaces, as it is now.
  public static final ListOptions ALL = new ListOptions("", "", "", 0, "", "", "");

  public static ListOptions inNamespace(String namespace) {
    return ALL.withNamespace(namespace);
  }

  public ListOptions withNamespace(String namespace) {
    return new ListOptions(
        namespace,
        labelSelector,
        fieldSelector,
        limit,
        continueToken,
        resourceVersion,
        resourceVersionMatch);
  }

  public ListOptions withLabelSelector(String labelSelector) {
    return new ListOptions(
        namespace,
        labelSelector,
        fieldSelector,
        limit,
        continueToken,
        resourceVersion,
        resourceVersionMatch);
  }

  public ListOptions withFieldSelector(String fieldSelector) {
    return new ListOptions(
        namespace,
        labelSelector,
        fieldSelector,
        limit,
        continueToken,
        resourceVersion,
        resourceVersionMatch);
  }

  public ListOptions withLimit(long limit) {
    return new ListOptions(
        namespace,
        labelSelector,
        fieldSelector,
        limit,
        continueToken,
        resourceVersion,
        resourceVersionMatch);
  }

  public ListOptions withContinueToken(String continueToken) {
    return new ListOptions(
        namespace,
        labelSelector,
        fieldSelector,
        limit,
        continueToken,
        resourceVersion,
        resourceVersionMatch);
  }

  public ListOptions withResourceVersion(String resourceVersion, String resourceVersionMatch) {
    return new ListOptions(
        namespace,
        labelSelector,
        fieldSelector,
        limit,
        continueToken,
        resourceVersion,
        resourceVersionMatch);
  }
}
