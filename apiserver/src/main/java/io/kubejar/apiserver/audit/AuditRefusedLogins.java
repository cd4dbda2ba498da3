package io.kubejar.apiserver.audit;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Locale;

/// Records requests that never got to have a user. Stands before authentication.
public record AuditRefusedLogins(Auditor auditor) implements Filter {
  private static final int UNAUTHORIZED = 401;

  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    try {
      return next.handle(request);
    } catch (ApiException refused) {
      if (refused.code() == UNAUTHORIZED) {
        auditor.begin(request).ifPresent(record -> record(request, record));
      }
      throw refused;
    }
  }

  private void record(Request request, AuditRecord record) {
    record.message(attempts(request));
    record.answered(UNAUTHORIZED);
    auditor.write(record, Stage.RESPONSE_STARTED);
  }

  private static String attempts(Request request) {
    var tried = new ArrayList<String>();
    var authorization = request.headers().firstOr("Authorization", "").strip();
    var scheme = authorization.toLowerCase(Locale.ROOT);
    if (scheme.startsWith("basic ")) {
      tried.add("basic");
    }
    if (scheme.startsWith("bearer ")) {
      tried.add("bearer");
    }
    if (!request.query().firstOr("access_token", "").isBlank()) {
      tried.add("access_token");
    }
    if (!request.exchange().peerCertificates().isEmpty()) {
      tried.add("x509");
    }
    return tried.isEmpty()
        ? "Authentication failed, no credentials provided"
        : "Authentication failed, attempted: " + String.join(", ", tried);
  }
}
