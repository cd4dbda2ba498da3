package io.kubejar.apiserver.filters;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.Attributes;
import io.kubejar.apiserver.authz.Authorizer;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Refusals;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Lets a request act as somebody else, if its user may impersonate each part of that identity.
///
/// The headers and the rules about them are those of upstream: a user, groups, a uid and extra
/// values, each asked of the authorizer on its own; groups, uid and extra without a user are a
/// mistake.
public record Impersonate(Authorizer authorizer) implements Filter {
  private static final String USER = "Impersonate-User";
  private static final String GROUP = "Impersonate-Group";
  private static final String UID = "Impersonate-Uid";
  private static final String EXTRA = "impersonate-extra-";
  private static final String ACCOUNT_PREFIX = "system:serviceaccount:";

  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    var name = request.headers().firstOr(USER, "");
    var groups = request.headers().all(GROUP);
    var uid = request.headers().firstOr(UID, "");
    var extra = extra(request);
    if (name.isEmpty()) {
      if (groups.isEmpty() && uid.isEmpty() && extra.isEmpty()) {
        return next.handle(request);
      }
      throw ApiException.badRequest(
          "requested %s without impersonating a user"
              .formatted(List.of(new UserInfo("", uid, groups, extra))));
    }
    requireAll(request.user(), name, groups, uid, extra);
    var identity = identity(name, groups, uid, extra);
    request.trail().impersonated(identity);
    return next.handle(request.withUser(identity));
  }

  private void requireAll(
      UserInfo asker,
      String name,
      List<String> groups,
      String uid,
      Map<String, List<String>> extra) {
    if (name.startsWith(ACCOUNT_PREFIX) && name.split(":", -1).length == 4) {
      var parts = name.split(":", -1);
      require(asker, "", "serviceaccounts", "", parts[2], parts[3]);
    } else {
      require(asker, "", "users", "", "", name);
    }
    groups.forEach(group -> require(asker, "", "groups", "", "", group));
    extra.forEach(
        (key, values) ->
            values.forEach(
                value -> require(asker, "authentication.k8s.io", "userextras", key, "", value)));
    if (!uid.isEmpty()) {
      require(asker, "authentication.k8s.io", "uids", "", "", uid);
    }
  }

  private void require(
      UserInfo asker,
      String group,
      String resource,
      String subresource,
      String namespace,
      String name) {
    var attributes =
        new Attributes(
            asker, "impersonate", namespace, group, "v1", resource, subresource, name, true, "");
    Refusals.require(authorizer, attributes);
  }

  /// A service account brings its groups along; everybody but the anonymous user is authenticated.
  private static UserInfo identity(
      String name, List<String> groups, String uid, Map<String, List<String>> extra) {
    var all = new ArrayList<>(groups);
    var parts = name.split(":", -1);
    if (name.startsWith(ACCOUNT_PREFIX) && parts.length == 4 && groups.isEmpty()) {
      all.add("system:serviceaccounts");
      all.add("system:serviceaccounts:" + parts[2]);
    }
    var standing =
        name.equals(UserInfo.ANONYMOUS)
            ? UserInfo.UNAUTHENTICATED_GROUP
            : UserInfo.AUTHENTICATED_GROUP;
    if (!all.contains(UserInfo.AUTHENTICATED_GROUP)
        && !all.contains(UserInfo.UNAUTHENTICATED_GROUP)) {
      all.add(standing);
    }
    return new UserInfo(name, uid, all, extra);
  }

  private static Map<String, List<String>> extra(Request request) {
    var extra = new LinkedHashMap<String, List<String>>();
    for (var field : request.headers().fields()) {
      var header = field.name().toLowerCase(Locale.ROOT);
      if (header.startsWith(EXTRA)) {
        var key = URLDecoder.decode(header.substring(EXTRA.length()), StandardCharsets.UTF_8);
        extra.computeIfAbsent(key, _ -> new ArrayList<>()).add(field.value());
      }
    }
    return extra;
  }
}
