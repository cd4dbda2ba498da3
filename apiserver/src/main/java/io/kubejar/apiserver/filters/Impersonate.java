package io.kubejar.apiserver.filters;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.authz.Authorizer;
import io.kubejar.apiserver.authz.Impersonation;
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
import java.util.stream.Collectors;

/// Lets a request act as somebody else, if its user may be that one.
///
/// The headers and the rules about them are those of upstream: a user, groups, a uid and extra
/// values; groups, uid and extra without a user are a mistake.
public record Impersonate(Impersonation impersonation) implements Filter {
  private static final String USER = "Impersonate-User";
  private static final String GROUP = "Impersonate-Group";
  private static final String UID = "Impersonate-Uid";
  private static final String EXTRA = "impersonate-extra-";

  public Impersonate(Authorizer authorizer) {
    this(new Impersonation(authorizer));
  }

  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    var headers = request.headers();
    var wanted =
        new UserInfo(
            headers.firstOr(USER, ""),
            headers.firstOr(UID, ""),
            headers.all(GROUP),
            extra(request));
    if (!wanted.name().isEmpty()) {
      var asked = request.info().attributes(request.user());
      return switch (impersonation.of(wanted, asked)) {
        case Impersonation.Outcome.As(var user, var _) -> {
          request.trail().impersonated(user);
          yield next.handle(request.withUser(user));
        }
        case Impersonation.Outcome.Refused(var attributes, var reason) ->
            throw Refusals.forbidden(attributes, reason);
      };
    }
    if (wanted.groups().isEmpty() && wanted.uid().isEmpty() && wanted.extra().isEmpty()) {
      return next.handle(request);
    }
    throw ApiException.badRequest(
        "requested " + shown(wanted) + " without impersonating a user name");
  }

  /// As Go shows the structure.
  private static String shown(UserInfo user) {
    var extra =
        user.extra().entrySet().stream()
            .map(entry -> GoText.quoted(entry.getKey()) + ":" + texts(entry.getValue()))
            .collect(Collectors.joining(", ", "{", "}"));
    return "&user.DefaultInfo{Name:\"\", UID:"
        + GoText.quoted(user.uid())
        + ", Groups:"
        + (user.groups().isEmpty() ? "[]string(nil)" : texts(user.groups()))
        + ", Extra:map[string][]string"
        + (user.extra().isEmpty() ? "(nil)" : extra)
        + "}";
  }

  private static String texts(List<String> texts) {
    return texts.stream().map(GoText::quoted).collect(Collectors.joining(", ", "[]string{", "}"));
  }

  private static Map<String, List<String>> extra(Request request) {
    var extra = new LinkedHashMap<String, List<String>>();
    for (var field : request.headers().fields()) {
      var header = field.name().toLowerCase(Locale.ROOT);
      if (header.startsWith(EXTRA)) {
        var key = unescaped(header.substring(EXTRA.length()));
        extra.computeIfAbsent(key, _ -> new ArrayList<>()).add(field.value());
      }
    }
    return extra;
  }

  private static String unescaped(String key) {
    try {
      return URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return key; // Recorded as it came, as upstream does.
    }
  }
}
