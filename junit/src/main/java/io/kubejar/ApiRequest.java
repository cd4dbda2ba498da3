package io.kubejar;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// One request to the API server, and how it was answered.
///
/// @param at when it came, by the cluster's clock
/// @param took until the answer was there, or a stream began, by the cluster's clock: in a cluster
///   whose time stands still, nothing takes any time
/// @param code the HTTP status, for requests of this process too
/// @param changed whether the object was different afterwards; of an object whose name the client
///   did not give, whether anything was
public record ApiRequest(
    Instant at, Duration took, Caller caller, Target target, int code, boolean changed) {
  private static final Set<String> READING = Set.of("get", "list", "watch");

  /// Who asked.
  ///
  /// @param user as whom they acted
  /// @param userAgent as the client said; for parts of this process the manager of their fields,
  ///   such as `deployment-controller`
  /// @param inProcess whether the request came from a part of this process instead of the network
  public record Caller(String user, List<String> groups, String userAgent, boolean inProcess) {
    public Caller {
      groups = List.copyOf(groups);
    }
  }

  /// What was asked for.
  ///
  /// @param resource empty for a path that is no resource
  /// @param name empty for collections, and for new objects that leave their name to the server
  /// @param path empty for requests of this process
  public record Target(
      String verb,
      String apiGroup,
      String apiVersion,
      String resource,
      String subresource,
      String namespace,
      String name,
      String path) {

    /// The resource as roles name it, such as `pods/log`.
    public String resourceAndSubresource() {
      return subresource.isEmpty() ? resource : resource + "/" + subresource;
    }

    /// Whether it may change something.
    public boolean isWrite() {
      return !resource.isEmpty() && !READING.contains(verb);
    }

    Target withName(String name) {
      return new Target(verb, apiGroup, apiVersion, resource, subresource, namespace, name, path);
    }

    @Override
    public String toString() {
      var what = resource.isEmpty() ? path : resourceAndSubresource();
      var group = apiGroup.isEmpty() ? "" : "." + apiGroup;
      var where = (namespace.isEmpty() ? "" : namespace + "/") + name;
      return (verb + " " + what + group + " " + where).stripTrailing();
    }
  }

  public String user() {
    return caller.user();
  }

  public String verb() {
    return target.verb();
  }

  public boolean isWrite() {
    return target.isWrite();
  }

  public boolean isSuccess() {
    return code < 400;
  }

  /// One line for people.
  @Override
  public String toString() {
    return at
        + " "
        + code
        + " "
        + target
        + (isWrite() && isSuccess() && !changed ? " (no change)" : "")
        + " by "
        + caller.user()
        + (caller.userAgent().isEmpty() ? "" : " (" + caller.userAgent() + ")")
        + (took.isZero() ? "" : " took " + took);
  }
}
