package io.kubejar;

import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Requests to the API server, oldest first, as they were at one moment. Each filter gives those of
/// them that fit.
///
/// ```java
/// cluster.requests().byUser("operator").resource("pods").writes()
/// ```
public record Requests(List<ApiRequest> all) implements Iterable<ApiRequest> {
  public Requests {
    all = List.copyOf(all);
  }

  public Requests byUser(String user) {
    return where(request -> request.user().equals(user));
  }

  /// Of clients whose user agent contains this text.
  public Requests byUserAgent(String part) {
    return where(request -> request.caller().userAgent().contains(part));
  }

  /// Those that came over the network.
  public Requests fromOutside() {
    return where(request -> !request.caller().inProcess());
  }

  /// With one of these verbs, such as `get` or `deletecollection`.
  public Requests verb(String... verbs) {
    return where(request -> Set.of(verbs).contains(request.verb()));
  }

  /// Those that could have changed something.
  public Requests writes() {
    return where(ApiRequest::isWrite);
  }

  /// Those that did change something.
  public Requests changes() {
    return where(ApiRequest::changed);
  }

  /// @param resource in the plural, with its subresource if it is about that: `pods`, `pods/status`
  public Requests resource(String resource) {
    return where(request -> request.target().resourceAndSubresource().equals(resource));
  }

  public Requests namespace(String namespace) {
    return where(request -> request.target().namespace().equals(namespace));
  }

  public Requests name(String name) {
    return where(request -> request.target().name().equals(name));
  }

  public Requests code(int code) {
    return where(request -> request.code() == code);
  }

  /// Those that were refused, by code 400 or more.
  public Requests failed() {
    return where(request -> !request.isSuccess());
  }

  public Requests since(Instant moment) {
    return where(request -> !request.at().isBefore(moment));
  }

  public Requests where(Predicate<ApiRequest> fits) {
    return new Requests(all.stream().filter(fits).toList());
  }

  public int count() {
    return all.size();
  }

  public boolean isEmpty() {
    return all.isEmpty();
  }

  @Override
  public Iterator<ApiRequest> iterator() {
    return all.iterator();
  }

  /// One request a line.
  @Override
  public String toString() {
    return all.stream().map(ApiRequest::toString).collect(Collectors.joining("\n"));
  }
}
