package io.kubejar.client;

import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Where an API server is and how to show who one is.
///
/// @param tls trust, and the client's certificate if it has one; null for plain HTTP
/// @param bearerToken asked for before every request, since tokens are rotated; empty for none
/// @param userAgent what the server's log calls this client
public record ServerAccess(
    URI server,
    @Nullable SSLContext tls,
    Supplier<Optional<String>> bearerToken,
    String userAgent) {

  public ServerAccess {
    var scheme = server.getScheme();
    if (!"https".equals(scheme) && !"http".equals(scheme)) {
      throw new IllegalArgumentException("not the address of an API server: " + server);
    }
  }

  /// With a client certificate, or without proof of identity.
  public static ServerAccess of(URI server, @Nullable SSLContext tls, String userAgent) {
    return new ServerAccess(server, tls, Optional::empty, userAgent);
  }

  public ServerAccess withBearerToken(Supplier<Optional<String>> bearerToken) {
    return new ServerAccess(server, tls, bearerToken, userAgent);
  }
}
