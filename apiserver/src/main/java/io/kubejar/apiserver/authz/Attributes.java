package io.kubejar.apiserver.authz;

import io.kubejar.apiserver.authn.UserInfo;

/// What somebody wants to do: the question that every authorizer answers. A request for a resource
/// has a verb such as `list`, a group, resource and so on; any other has a path and the lower-case
/// HTTP method as its verb.
///
/// @param selectors what a `list`, `watch` or `deletecollection` is limited to
public record Attributes(
    UserInfo user,
    String verb,
    String namespace,
    String apiGroup,
    String apiVersion,
    String resource,
    String subresource,
    String name,
    boolean resourceRequest,
    String path,
    Selectors selectors) {

  public Attributes(
      UserInfo user,
      String verb,
      String namespace,
      String apiGroup,
      String apiVersion,
      String resource,
      String subresource,
      String name,
      boolean resourceRequest,
      String path) {
    this(
        user,
        verb,
        namespace,
        apiGroup,
        apiVersion,
        resource,
        subresource,
        name,
        resourceRequest,
        path,
        Selectors.NONE);
  }

  public static Attributes nonResource(UserInfo user, String verb, String path) {
    return new Attributes(user, verb, "", "", "", "", "", "", false, path);
  }

  /// A request for a resource, which may be written with its subresource as `pods/log`.
  public static Attributes resource(
      UserInfo user, String verb, String namespace, String apiGroup, String resource) {
    int slash = resource.indexOf('/');
    String base = slash < 0 ? resource : resource.substring(0, slash);
    String sub = slash < 0 ? "" : resource.substring(slash + 1);
    return new Attributes(user, verb, namespace, apiGroup, "", base, sub, "", true, "");
  }

  public Attributes withName(String name) {
    return new Attributes(
        user,
        verb,
        namespace,
        apiGroup,
        apiVersion,
        resource,
        subresource,
        name,
        resourceRequest,
        path,
        selectors);
  }

  public Attributes withUser(UserInfo user) {
    return new Attributes(
        user,
        verb,
        namespace,
        apiGroup,
        apiVersion,
        resource,
        subresource,
        name,
        resourceRequest,
        path,
        selectors);
  }

  public Attributes withVerb(String verb) {
    return new Attributes(
        user,
        verb,
        namespace,
        apiGroup,
        apiVersion,
        resource,
        subresource,
        name,
        resourceRequest,
        path,
        selectors);
  }

  public Attributes withSelectors(Selectors selectors) {
    return new Attributes(
        user,
        verb,
        namespace,
        apiGroup,
        apiVersion,
        resource,
        subresource,
        name,
        resourceRequest,
        path,
        selectors);
  }

  /// `pods` or `pods/log`.
  public String resourceWithSubresource() {
    return subresource.isEmpty() ? resource : resource + "/" + subresource;
  }

  /// Whether it changes nothing.
  public boolean readOnly() {
    return verb.equals("get") || verb.equals("list") || verb.equals("watch");
  }
}
