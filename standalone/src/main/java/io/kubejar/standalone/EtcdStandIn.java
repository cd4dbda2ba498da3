package io.kubejar.standalone;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/// What suites based on envtest start as their etcd: it says that it is healthy, where they ask,
/// and stores nothing. [KubeApiServer] keeps its objects itself.
public final class EtcdStandIn {
  private static final String LISTEN = "--listen-client-urls=";
  private static final byte[] HEALTHY = "{\"health\":\"true\"}".getBytes(StandardCharsets.UTF_8);

  private EtcdStandIn() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    for (var argument : args) {
      if (argument.startsWith(LISTEN)) {
        listen(URI.create(argument.substring(LISTEN.length()).split(",", 2)[0]));
        new CountDownLatch(1).await(); // Until somebody ends the process.
      }
    }
    if (!Arrays.asList(args).contains("--help")) {
      System.err.println("kubejar: this etcd only stands in for one; say " + LISTEN + "URL");
      System.exit(2);
    }
  }

  /// Answers whatever is asked over HTTP with good health.
  static HttpServer listen(URI url) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(url.getHost(), url.getPort()), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, HEALTHY.length);
            exchange.getResponseBody().write(HEALTHY);
          }
        });
    server.start();
    return server;
  }
}
