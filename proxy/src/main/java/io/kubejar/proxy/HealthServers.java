package io.kubejar.proxy;

import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers load balancers over HTTP, one server for each port.
public final class HealthServers implements HealthPorts, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HealthServers.class);

  private final InetAddress address;
  private final Map<Integer, Server> servers = new HashMap<>();

  /// @param address where they listen; the wildcard address for all of the machine's
  public HealthServers(InetAddress address) {
    this.address = address;
  }

  @Override
  public synchronized void publish(Collection<ServiceHealth> all, BooleanSupplier healthy) {
    var unasked = new HashSet<>(servers.keySet());
    for (var health : all) {
      unasked.remove(health.port());
      var known = servers.get(health.port());
      if (known != null) {
        known.health = health;
      } else {
        start(health, healthy);
      }
    }
    for (var port : unasked) {
      var gone = servers.remove(port);
      if (gone != null) {
        gone.http.close();
      }
    }
  }

  private void start(ServiceHealth health, BooleanSupplier healthy) {
    try {
      servers.put(health.port(), new Server(address, health, healthy));
    } catch (IOException e) {
      // The Service itself works; its load balancer finds nobody here and asks the other nodes.
      log.warn(
          "Health port is not opened. service={} port={} why={}",
          health.service(),
          health.port(),
          e.toString());
    }
  }

  @Override
  public synchronized void close() {
    servers.values().forEach(server -> server.http.close());
    servers.clear();
  }

  private static final class Server {
    private final BooleanSupplier healthy;
    private final HttpServer http;
    private volatile ServiceHealth health;

    Server(InetAddress address, ServiceHealth health, BooleanSupplier healthy) throws IOException {
      this.health = health;
      this.healthy = healthy;
      this.http =
          HttpServer.start(
              ServerOptions.http(new InetSocketAddress(address, health.port())), this::answer);
    }

    private void answer(Exchange exchange) throws IOException {
      var now = health;
      boolean inForce = healthy.getAsBoolean();
      exchange.reply(
          now.status(inForce),
          Headers.of("Content-Type", "application/json")
              .with("X-Content-Type-Options", "nosniff")
              .with("X-Load-Balancing-Endpoint-Weight", Integer.toString(now.localEndpoints())),
          now.body(inForce).getBytes(StandardCharsets.UTF_8));
    }
  }
}
