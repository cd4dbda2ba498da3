package io.kubejar.apiserver;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.http.pki.KeyMaterial;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// A client that speaks plain HTTP to the server under test, to see every byte of the answers.
final class Http {
  private static final char[] NO_PASSWORD = new char[0];

  private final HttpClient client;
  private final String url;

  private Http(HttpClient client, String url) {
    this.client = client;
    this.url = url;
  }

  /// A client that shows no certificate.
  static Http withoutCertificate(TestServer server) {
    return of(server, null);
  }

  static Http as(TestServer server, String user, String... groups) {
    return of(server, server.client(user, groups));
  }

  static Http of(TestServer server, @Nullable KeyMaterial material) {
    try {
      var trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      int number = 0;
      for (var authority : server.authorities()) {
        trusted.setCertificateEntry("ca" + number++, authority);
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      var own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      if (material != null) {
        own.setKeyEntry(
            "client", material.key(), NO_PASSWORD, material.chain().toArray(Certificate[]::new));
      }
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, NO_PASSWORD);
      var tls = SSLContext.getInstance("TLS");
      tls.init(keys.getKeyManagers(), trust.getTrustManagers(), new SecureRandom());
      return new Http(HttpClient.newBuilder().sslContext(tls).build(), server.url());
    } catch (GeneralSecurityException | IOException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /// A request with headers given as names and values in turn.
  HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    return client.send(request(method, path, body, headers), BodyHandlers.ofByteArray());
  }

  HttpResponse<byte[]> get(String path, String... headers)
      throws IOException, InterruptedException {
    return send("GET", path, new byte[0], headers);
  }

  HttpResponse<byte[]> post(String path, String json) throws IOException, InterruptedException {
    return send(
        "POST",
        path,
        json.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        "Content-Type",
        "application/json");
  }

  /// Opens a stream whose lines arrive one by one.
  HttpResponse<java.util.stream.Stream<String>> lines(String path)
      throws IOException, InterruptedException {
    return client.send(request("GET", path, new byte[0]), BodyHandlers.ofLines());
  }

  /// Opens a stream of bytes.
  HttpResponse<java.io.InputStream> bytes(String path, String... headers)
      throws IOException, InterruptedException {
    return client.send(request("GET", path, new byte[0], headers), BodyHandlers.ofInputStream());
  }

  /// Prepares a WebSocket with this subprotocol, or none, and headers.
  java.net.http.WebSocket.Builder webSocket(String protocol, String... headers) {
    var builder = client.newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    return protocol.isEmpty() ? builder : builder.subprotocols(protocol);
  }

  /// Where a WebSocket goes.
  URI socketUri(String path) {
    return URI.create(url.replace("https://", "wss://") + path);
  }

  private HttpRequest request(String method, String path, byte[] body, String... headers) {
    var builder =
        HttpRequest.newBuilder(URI.create(url + path))
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      builder.headers(headers);
    }
    return builder.build();
  }

  static JsonObject json(HttpResponse<byte[]> response) {
    return (JsonObject) JsonParser.parse(response.body());
  }

  /// A status' code, reason and message.
  static Map<String, String> status(HttpResponse<byte[]> response) {
    var json = json(response);
    return Map.of(
        "code", Integer.toString(response.statusCode()),
        "reason", json.text("reason"),
        "message", json.text("message"));
  }
}
