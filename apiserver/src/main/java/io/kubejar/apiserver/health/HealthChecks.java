package io.kubejar.apiserver.health;

import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `/healthz`, `/livez` and `/readyz`, whole or one check at a time. Texts are upstream's to the
/// letter: people and probes read them.
public final class HealthChecks {
  private static final Logger log = LoggerFactory.getLogger(HealthChecks.class);

  /// Looks at one thing; the text says what is wrong.
  @FunctionalInterface
  public interface Check {
    Optional<String> problem() throws InterruptedException;
  }

  private static final Set<String> ENDPOINTS = Set.of("healthz", "livez", "readyz");

  private final Map<String, Check> healthy = new LinkedHashMap<>();
  private final Map<String, Check> alive = new LinkedHashMap<>();
  private final Map<String, Check> ready = new LinkedHashMap<>();
  private final HealthMetrics metrics;

  public HealthChecks(HealthMetrics metrics) {
    this.metrics = metrics;
  }

  /// A check of all three endpoints.
  public HealthChecks with(String name, Check check) {
    return with(name, check, check);
  }

  /// The same, with another check for `/livez`.
  public HealthChecks with(String name, Check check, Check live) {
    healthy.put(name, check);
    alive.put(name, live);
    ready.put(name, check);
    return this;
  }

  /// A check of `/readyz` only.
  public HealthChecks withReadiness(String name, Check check) {
    ready.put(name, check);
    return this;
  }

  /// All paths that are answered.
  public List<String> paths() {
    var paths = new TreeSet<String>();
    for (var endpoint : ENDPOINTS) {
      paths.add("/" + endpoint);
      checks(endpoint).keySet().forEach(name -> paths.add("/" + endpoint + "/" + name));
    }
    return List.copyOf(paths);
  }

  /// Empty if the path is none of theirs.
  public Optional<Response> handle(Request request) throws InterruptedException {
    var segments = request.path().substring(1).split("/", 2);
    if (!ENDPOINTS.contains(segments[0])) {
      return Optional.empty();
    }
    var checks = checks(segments[0]);
    if (segments.length == 2) {
      var check = checks.get(segments[1]);
      return check == null ? Optional.empty() : Optional.of(single(check));
    }
    return Optional.of(all(request, segments[0], checks));
  }

  private Map<String, Check> checks(String endpoint) {
    return switch (endpoint) {
      case "readyz" -> ready;
      case "livez" -> alive;
      default -> healthy;
    };
  }

  private static Response single(Check check) throws InterruptedException {
    var problem = check.problem();
    return problem.isEmpty()
        ? Response.text(200, "ok")
        : unsniffed(Response.text(500, "internal server error: " + problem.get() + "\n"));
  }

  private Response all(Request request, String endpoint, Map<String, Check> checks)
      throws InterruptedException {
    var excluded = new LinkedHashSet<>(request.query().all("exclude"));
    var lines = new StringBuilder();
    var failed = new ArrayList<String>();
    for (var check : checks.entrySet()) {
      var name = check.getKey();
      if (excluded.contains(name)) {
        lines.append("[+]").append(name).append(" excluded: ok\n");
        continue;
      }
      var problem = check.getValue().problem();
      metrics.checked(name, endpoint, problem.isEmpty());
      if (problem.isEmpty()) {
        lines.append("[+]").append(name).append(" ok\n");
      } else {
        // Whoever wants to know more needs the right to look at the single check.
        lines.append("[-]").append(name).append(" failed: reason withheld\n");
        failed.add(name + ": " + problem.get());
      }
    }
    excluded.removeAll(checks.keySet());
    lines.append(unknown(excluded));
    if (!failed.isEmpty()) {
      log.info("endpoint={} failed={}", endpoint, failed);
      return unsniffed(Response.text(500, lines + endpoint + " check failed\n"));
    }
    boolean verbose = request.query().contains("verbose");
    return unsniffed(Response.text(200, verbose ? lines + endpoint + " check passed\n" : "ok"));
  }

  private static String unknown(Set<String> names) {
    return names.isEmpty()
        ? ""
        : names.stream()
            .sorted()
            .map(name -> '"' + name + '"')
            .collect(
                Collectors.joining(
                    ",", "warn: some health checks cannot be excluded: no matches for ", "\n"));
  }

  private static Response unsniffed(Response response) {
    return response.with("X-Content-Type-Options", "nosniff");
  }
}
