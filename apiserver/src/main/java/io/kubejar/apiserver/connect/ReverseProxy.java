package io.kubejar.apiserver.connect;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.http.DuplexStream;
import io.kubejar.http.ForwardClient;
import io.kubejar.http.Headers;
import io.kubejar.http.IdleConnections;
import io.kubejar.http.Relay;
import io.kubejar.http.UpgradeClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Sends a client's request on to another server and its answer back. Bodies pass through without
/// being collected; a request that leaves HTTP becomes a tunnel.
///
/// What happens to paths, headers, redirects and links is what upstream's `UpgradeAwareHandler`
/// does.
public final class ReverseProxy {
  private static final int BUFFER = 32 * 1024;
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int FIRST_ERROR = 400;

  private ReverseProxy() {}

  /// Sends the request to a path of the backend, with the client's query. An empty path is answered
  /// with a redirect to the place with a slash behind it, so that relative links work.
  ///
  /// @param path decoded and clean
  /// @throws ApiException 503 if the backend cannot be reached
  static Response forward(Request request, Backend backend, String path) {
    return forward(request, backend, path, headers -> headers, null);
  }

  /// The same with further headers. A backend that would send the client elsewhere is refused: the
  /// client would go there with what it shows to this server.
  ///
  /// @param kept connections that may be used, and where those go that may be used again
  public static Response forwardOrRefuse(
      Request request,
      Backend backend,
      String path,
      UnaryOperator<Headers> further,
      IdleConnections kept) {
    return forward(request, backend, path, further, kept);
  }

  private static Response forward(
      Request request,
      Backend backend,
      String path,
      UnaryOperator<Headers> further,
      @Nullable IdleConnections kept) {
    if (request.exchange().isUpgrade()) {
      var target = GoPaths.escape(path.isEmpty() ? "/" : path) + query(request);
      var headers = further.apply(ForwardedHeaders.ofUpgrade(request.exchange()));
      return tunnel(dial(backend, request.method(), target, headers));
    }
    var method = request.method();
    if (path.isEmpty() && (method.equals("GET") || method.equals("HEAD"))) {
      var location = GoPaths.escape(request.path()) + "/" + query(request);
      return new Response.Whole(301, Headers.of("Location", location), new byte[0]);
    }
    var target = path.isEmpty() ? "/" : path;
    var prefix = prefix(request.path(), path);
    var headers =
        further.apply(
            ForwardedHeaders.ofRequest(request.exchange())
                .replacing("X-Forwarded-Uri", GoPaths.escape(GoPaths.join(prefix, target))));
    var answer = send(request, backend, target, headers, kept);
    if (kept != null && answer.status() / 100 == 3 && answer.headers().contains("Location")) {
      answer.stream().close();
      return Response.text(
          502, "the backend attempted to redirect this request, which is not permitted");
    }
    var host = headers.firstOr("Host", "");
    return rewritten(answer, new LinkRewriting(prefix, backend.authority(), host));
  }

  private static UpgradeClient.Response send(
      Request request,
      Backend backend,
      String path,
      Headers headers,
      @Nullable IdleConnections kept) {
    var exchange = request.exchange();
    var outgoing =
        new UpgradeClient.Request(request.method(), GoPaths.escape(path) + query(request), headers);
    try {
      var body = exchange.unlimitedBody();
      ForwardClient.Opened opened = connection -> exchange.onCancel(connection::close);
      return kept == null
          ? ForwardClient.send(backend.target(), outgoing, body, opened, backend.answer())
          : ForwardClient.send(backend.target(), outgoing, body, opened, backend.answer(), kept);
    } catch (IOException failure) {
      throw ApiException.serviceUnavailable(
          "error trying to reach service: " + backend.failure(failure));
    }
  }

  /// A request that must leave HTTP: both sides get the other's bytes.
  ///
  /// @throws ApiException 400 for any other request
  static Response upgradeOnly(Request request, Backend backend, String path, String query) {
    if (!request.exchange().isUpgrade()) {
      throw ApiException.badRequest("Upgrade request required");
    }
    return tunnel(backend, request, GoPaths.escape(path) + query);
  }

  private static Response tunnel(Backend backend, Request request, String target) {
    var headers = ForwardedHeaders.ofUpgrade(request.exchange());
    return tunnel(dial(backend, request.method(), target, headers));
  }

  /// Opens a connection that leaves HTTP.
  static UpgradeClient.Response dial(
      Backend backend, String method, String target, Headers headers) {
    try {
      return UpgradeClient.send(
          backend.target(), new UpgradeClient.Request(method, target, headers));
    } catch (IOException failure) {
      throw ApiException.unexplained("error dialing backend: " + backend.failure(failure));
    }
  }

  /// What becomes of the client's request after the backend has answered.
  private static Response tunnel(UpgradeClient.Response answer) {
    if (answer.status() != SWITCHING_PROTOCOLS) {
      return refused(answer);
    }
    return new Response.TakenOver(
        exchange -> {
          exchange.onCancel(answer.stream()::close);
          try (var backend = answer.stream();
              var client = exchange.upgrade(answer.headers())) {
            Relay.run(client, backend);
          }
        });
  }

  /// The backend does not want to leave HTTP: an error is passed on, anything else makes no sense.
  static Response refused(UpgradeClient.Response answer) {
    if (answer.status() >= FIRST_ERROR) {
      return relayed(answer);
    }
    answer.stream().close();
    throw ApiException.unexplained("invalid upgrade response: status code " + answer.status());
  }

  private static Response rewritten(UpgradeClient.Response answer, LinkRewriting links) {
    var redirect = answer.headers().firstOr("Location", "");
    if (!redirect.isEmpty()) {
      var headers = answer.headers().replacing("Location", links.rewritten(redirect));
      return relayed(
          new UpgradeClient.Response(answer.status(), answer.reason(), headers, answer.stream()));
    }
    var type = answer.headers().firstOr("Content-Type", "").split(";", 2)[0].strip();
    var encoding = answer.headers().firstOr("Content-Encoding", "");
    if (!type.equals("text/html") || !PageEncoding.known(encoding)) {
      return relayed(answer);
    }
    return new Response.Streamed(
        answer.status(),
        ForwardedHeaders.ofAnswer(answer.headers()).without("Content-Length"),
        out -> {
          try (var stream = answer.stream()) {
            PageEncoding.rewrite(encoding, stream.input(), out, links::rewritten);
          }
        });
  }

  static Response relayed(UpgradeClient.Response answer) {
    return new Response.Streamed(
        answer.status(),
        ForwardedHeaders.ofAnswer(answer.headers()),
        out -> copy(answer.stream(), out));
  }

  private static void copy(DuplexStream from, OutputStream out) throws IOException {
    try (from) {
      copy(from.input(), out);
    }
  }

  private static void copy(InputStream in, OutputStream out) throws IOException {
    var buffer = new byte[BUFFER];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      out.write(buffer, 0, read);
      out.flush(); // Watches and followed logs must not wait for the buffer to fill.
    }
  }

  /// The part of the client's path that the backend does not see.
  private static String prefix(String requestPath, String path) {
    var suffix = requestPath.endsWith("/") && !path.endsWith("/") ? path + "/" : path;
    return requestPath.endsWith(suffix)
        ? requestPath.substring(0, requestPath.length() - suffix.length())
        : requestPath;
  }

  private static String query(Request request) {
    var raw = request.exchange().rawQuery();
    return raw.isEmpty() ? "" : "?" + raw;
  }
}
