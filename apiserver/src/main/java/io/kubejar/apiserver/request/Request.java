package io.kubejar.apiserver.request;

import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/// One HTTP request, with what the stages before have found out about it.
public record Request(
    Exchange exchange,
    String path,
    Query query,
    RequestInfo info,
    UserInfo user,
    Warnings warnings,
    AuditTrail trail,
    AnswerHeaders answerHeaders,
    Beginning beginning,
    Deadline deadline) {

  /// A request as it arrives: nobody knows yet who sends it.
  public static Request of(Exchange exchange) {
    // A plus sign is no space in a path.
    var path = URLDecoder.decode(exchange.rawPath().replace("+", "%2B"), StandardCharsets.UTF_8);
    return new Request(
        exchange,
        path,
        Query.parse(exchange.rawQuery()),
        RequestInfo.nonResource(exchange.method(), path),
        UserInfo.anonymous(),
        new Warnings(),
        new AuditTrail(),
        new AnswerHeaders(),
        new Beginning(),
        Deadline.NONE);
  }

  public String method() {
    return exchange.method();
  }

  public Headers headers() {
    return exchange.headers();
  }

  public Request withInfo(RequestInfo info) {
    return new Request(
        exchange, path, query, info, user, warnings, trail, answerHeaders, beginning, deadline);
  }

  public Request withQuery(Query query) {
    return new Request(
        exchange, path, query, info, user, warnings, trail, answerHeaders, beginning, deadline);
  }

  public Request withUser(UserInfo user) {
    return new Request(
        exchange, path, query, info, user, warnings, trail, answerHeaders, beginning, deadline);
  }

  public Request withDeadline(Deadline deadline) {
    return new Request(
        exchange, path, query, info, user, warnings, trail, answerHeaders, beginning, deadline);
  }
}
