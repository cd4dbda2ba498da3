package io.kubejar.apiserver.health;

import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `/healthz`, `/livez` and `/readyz`, whole or one check at a time.
public final class HealthChecks {

  /// Looks at one thing; the text says what is wrong.
  @FunctionalInterface
  public interface Check {
    Optional<String> problem() throws InterruptedException;
  }

  private static final Set<String> ENDPOINTS = Set.of("healthz", "livez", "readyz");

  private final Map<String, Check> alive = new LinkedHashMap<>();
  private final Map<String, Check> ready = new LinkedHashMap<>();

  /// A check of all three endpoints.
  public HealthChecks with(String name, Check check) {
    alive.put(name, check);
    return this;
  }

  /// A check of `/readyz` only.
  public HealthChecks withReadiness(String name, Check check) {
    ready.put(name, check);
    return this;
  }

  /// Empty if the path is none of theirs.
  public Optional<Response> handle(Request request) throws InterruptedException {
    var segments = request.path().substring(1).split("/", 2);
    if (!ENDPOINTS.contains(segments[0])) {
      return Optional.empty();
    }
    var checks = new LinkedHashMap<>(alive);
    if (segments[0].equals("readyz")) {
      checks.putAll(ready);
    }
    if (segments.length == 2 && !segments[1].isEmpty()) {
      var check = checks.get(segments[1]);
      return check == null ? Optional.empty() : Optional.of(single(check));
    }
    return Optional.of(all(request, segments[0], checks));
  }

  private static Response single(Check check) throws InterruptedException {
    var problem = check.problem();
    return problem.isEmpty()
        ? Response.text(200, "ok")
        : Response.text(500, "internal server error: " + problem.get());
  }

  private static Response all(Request request, String endpoint, Map<String, Check> checks)
      throws InterruptedException {
    var excluded = List.copyOf(request.query().all("exclude"));
    var lines = new ArrayList<String>();
    boolean failed = false;
    for (var check : checks.entrySet()) {
      if (excluded.contains(check.getKey())) {
        lines.add("[+]" + check.getKey() + " excluded: ok");
      } else if (check.getValue().problem().isEmpty()) {
        lines.add("[+]" + check.getKey() + " ok");
      } else {
        failed = true;
        lines.add("[-]" + check.getKey() + " failed: reason withheld");
      }
    }
    if (failed) {
      return Response.text(500, String.join("\n", lines) + "\n" + endpoint + " check failed\n");
    }
    if (!request.query().contains("verbose")) {
      return Response.text(200, "ok");
    }
    return Response.text(200, String.join("\n", lines) + "\n" + endpoint + " check passed\n");
  }
}
