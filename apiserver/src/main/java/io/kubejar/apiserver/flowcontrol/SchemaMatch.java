package io.kubejar.apiserver.flowcontrol;

import io.kubejar.api.flowcontrol.v1.FlowSchema;
import io.kubejar.api.flowcontrol.v1.NonResourcePolicyRule;
import io.kubejar.api.flowcontrol.v1.PolicyRulesWithSubjects;
import io.kubejar.api.flowcontrol.v1.ResourcePolicyRule;
import io.kubejar.api.flowcontrol.v1.Subject;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.request.RequestInfo;
import java.util.List;

/// Whether a FlowSchema covers a request, and which flow of it the request belongs to.
final class SchemaMatch {
  private static final String ALL = "*";
  private static final String ACCOUNT = "system:serviceaccount:";

  private SchemaMatch() {}

  static boolean covers(FlowSchema schema, UserInfo user, RequestInfo request) {
    // Loops, since every request passes here and looks at several schemas.
    for (var rule : schema.spec().rules()) {
      if (covers(rule, user, request)) {
        return true;
      }
    }
    return false;
  }

  /// What tells the flows of a schema apart; empty if all its requests are one flow.
  static String distinguisher(FlowSchema schema, UserInfo user, RequestInfo request) {
    var method = schema.spec().distinguisherMethod();
    return switch (method == null ? "" : method.type()) {
      case "ByUser" -> user.name();
      case "ByNamespace" -> request.namespace();
      default -> "";
    };
  }

  private static boolean covers(PolicyRulesWithSubjects rule, UserInfo user, RequestInfo request) {
    if (!covers(rule.subjects(), user)) {
      return false;
    }
    return request.resourceRequest()
        ? rule.resourceRules().stream().anyMatch(each -> coversResource(each, request))
        : rule.nonResourceRules().stream().anyMatch(each -> coversPath(each, request));
  }

  private static boolean covers(List<Subject> subjects, UserInfo user) {
    for (var subject : subjects) {
      if (is(subject, user)) {
        return true;
      }
    }
    return false;
  }

  private static boolean is(Subject subject, UserInfo user) {
    var named = subject.user();
    var group = subject.group();
    var account = subject.serviceAccount();
    return switch (subject.kind()) {
      case "User" ->
          named != null && (named.name().equals(ALL) || named.name().equals(user.name()));
      case "Group" -> group != null && (group.name().equals(ALL) || user.inGroup(group.name()));
      case "ServiceAccount" ->
          account != null && isAccount(account.namespace(), account.name(), user.name());
      default -> false;
    };
  }

  private static boolean isAccount(String namespace, String name, String user) {
    var all = ACCOUNT + namespace + ":";
    return user.startsWith(all) && (name.equals(ALL) || user.equals(all + name));
  }

  private static boolean coversResource(ResourcePolicyRule rule, RequestInfo request) {
    var resource =
        request.subresource().isEmpty()
            ? request.resource()
            : request.resource() + "/" + request.subresource();
    boolean inScope =
        request.namespace().isEmpty()
            ? rule.clusterScope()
            : has(rule.namespaces(), request.namespace());
    return inScope
        && has(rule.verbs(), request.verb())
        && has(rule.apiGroups(), request.apiGroup())
        && has(rule.resources(), resource);
  }

  private static boolean coversPath(NonResourcePolicyRule rule, RequestInfo request) {
    return has(rule.verbs(), request.verb())
        && rule.nonResourceURLs().stream().anyMatch(url -> covers(url, request.path()));
  }

  private static boolean covers(String url, String path) {
    if (url.equals(ALL) || url.equals(path)) {
      return true;
    }
    return url.endsWith("/*") && path.startsWith(url.substring(0, url.length() - 1));
  }

  private static boolean has(List<String> list, String value) {
    return list.contains(value) || list.contains(ALL);
  }
}
