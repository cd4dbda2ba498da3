package io.kubejar.apiserver;

import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A small aggregated API server: one group with one kind, discovery, OpenAPI and a watch.
final class ExtensionServer implements AutoCloseable {
  static final String GROUP = "wardle.example.com";
  static final String ROOT = "/apis/" + GROUP + "/v1alpha1";

  private static final String DISCOVERY =
      """
      {"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","metadata":{},"items":[
       {"metadata":{"name":"wardle.example.com","creationTimestamp":null},"versions":[
        {"version":"v1alpha1","freshness":"Current","resources":[
         {"resource":"flunders","responseKind":{"group":"wardle.example.com","version":"v1alpha1",
          "kind":"Flunder"},"scope":"Namespaced","singularResource":"flunder",
          "verbs":["get","list","watch"]}]}]}]}\
      """;
  private static final String RESOURCES =
      """
      {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"wardle.example.com/v1alpha1",
       "resources":[{"name":"flunders","singularName":"flunder","namespaced":true,"kind":"Flunder",
       "verbs":["get","list","watch"]}]}\
      """;
  private static final String OPENAPI_INDEX =
      """
      {"paths":{"apis/wardle.example.com/v1alpha1":
       {"serverRelativeURL":"/openapi/v3/apis/wardle.example.com/v1alpha1?hash=ABC"}}}\
      """;
  private static final String SWAGGER =
      """
      {"swagger":"2.0","paths":{"/apis/wardle.example.com/v1alpha1/flunders":{"get":{"responses":
       {"200":{"schema":{"$ref":"#/definitions/com.example.Flunder"}}}}},"/api/v1/pods":{}},
       "definitions":{"com.example.Flunder":{"type":"object"},"com.example.Other":{}}}\
      """;

  private final HttpServer http;
  private final CountDownLatch secondEvent = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  volatile @Nullable InetSocketAddress lastPeer;
  volatile Headers lastHeaders = Headers.EMPTY;
  volatile List<X509Certificate> lastCertificates = List.of();

  private ExtensionServer(InetAddress address) throws IOException {
    http =
        HttpServer.start(
            ServerOptions.https(
                new InetSocketAddress(address, 0), TestServer.extensionTls("wardle", "default")),
            this::answer);
  }

  static ExtensionServer start(InetAddress address) throws IOException {
    return new ExtensionServer(address);
  }

  int port() {
    return http.address().getPort();
  }

  /// Lets a running watch send its second event.
  void sendSecondEvent() {
    secondEvent.countDown();
  }

  private void answer(Exchange exchange) throws Exception {
    switch (exchange.rawPath()) {
      case "/apis" -> discovery(exchange);
      case ROOT -> json(exchange, RESOURCES);
      case "/openapi/v2" -> json(exchange, SWAGGER);
      case "/openapi/v3" -> json(exchange, OPENAPI_INDEX);
      case "/openapi/v3" + ROOT -> json(exchange, "{\"openapi\":\"3.0.0\"}");
      case ROOT + "/namespaces/default/flunders" -> flunders(exchange);
      case ROOT + "/namespaces/default/elsewhere" ->
          exchange.reply(302, Headers.of("Location", "https://example.com/"), new byte[0]);
      case ROOT + "/namespaces/default/slow" -> released.await();
      case ROOT + "/namespaces/default/endless" -> endless(exchange);
      default -> exchange.reply(404, "text/plain", "nothing at " + exchange.rawPath());
    }
  }

  private static void discovery(Exchange exchange) throws IOException {
    var type = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    var headers = Headers.of("Content-Type", type, "ETag", "\"1\"");
    if (exchange.headers().lists("If-None-Match", "\"1\"")) {
      exchange.reply(304, headers, new byte[0]);
    } else {
      exchange.reply(200, headers, DISCOVERY.getBytes(StandardCharsets.UTF_8));
    }
  }

  private void flunders(Exchange exchange) throws Exception {
    lastHeaders = exchange.headers();
    lastPeer = exchange.peer();
    lastCertificates = exchange.peerCertificates();
    if (exchange.isUpgrade()) {
      echo(exchange);
    } else if (exchange.rawQuery().contains("watch=true")) {
      watch(exchange);
    } else if (exchange.method().equals("POST")) {
      try (var out = exchange.stream(201, Headers.of("Content-Type", "application/json"))) {
        exchange.body().transferTo(out);
      }
    } else {
      json(exchange, "{\"kind\":\"FlunderList\",\"items\":[]}");
    }
  }

  private static void echo(Exchange exchange) throws IOException {
    try (var upgraded = exchange.upgrade(Headers.of("Connection", "Upgrade", "Upgrade", "echo"))) {
      upgraded.output().write(upgraded.input().readNBytes(4));
      upgraded.output().flush();
    }
  }

  private void watch(Exchange exchange) throws Exception {
    try (var out = exchange.stream(200, Headers.of("Content-Type", "application/json"))) {
      out.write("{\"type\":\"ADDED\"}\n".getBytes(StandardCharsets.UTF_8));
      out.flush();
      secondEvent.await();
      out.write("{\"type\":\"MODIFIED\"}\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  /// An answer that begins and then never comes to its end.
  private void endless(Exchange exchange) throws Exception {
    try (var out = exchange.stream(200, Headers.of("Content-Type", "application/json"))) {
      out.write("{".getBytes(StandardCharsets.UTF_8));
      out.flush();
      released.await();
    }
  }

  private static void json(Exchange exchange, String body) throws IOException {
    exchange.reply(200, "application/json", body);
  }

  @Override
  public void close() {
    released.countDown();
    http.close();
  }
}
