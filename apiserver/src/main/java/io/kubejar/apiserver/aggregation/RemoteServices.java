package io.kubejar.apiserver.aggregation;

import io.kubejar.api.apiregistration.v1.APIService;
import io.kubejar.apiserver.cache.ResourceCache;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The APIServices that a Service answers for, as they are now. Every request asks, so they are
/// kept, and made anew only when an APIService has changed.
final class RemoteServices {
  private record Made(long changes, Map<String, APIService> byName) {}

  private final ResourceCache<APIService> cache;
  private volatile @Nullable Made made;

  RemoteServices(ResourceCache<APIService> cache) {
    this.cache = cache;
  }

  /// Who answers for a path; empty if this server does.
  Optional<APIService> ofPath(String path) {
    var all = current();
    if (all.isEmpty()) {
      return Optional.empty();
    }
    var segments = path.split("/", 5); // Before the first slash there is nothing.
    if (segments.length > 3 && segments[1].equals("apis")) {
      return Optional.ofNullable(all.get(segments[3] + "." + segments[2]));
    }
    return segments.length > 1 && segments[1].equals("api")
        ? Optional.ofNullable(all.get("v1."))
        : Optional.empty();
  }

  Optional<APIService> find(String name) {
    return Optional.ofNullable(current().get(name));
  }

  Collection<APIService> all() {
    return current().values();
  }

  private Map<String, APIService> current() {
    long changes = cache.changes(); // Asked before looking, so that it is never too new.
    var known = made;
    if (known != null && known.changes == changes) {
      return known.byName;
    }
    var byName = new LinkedHashMap<String, APIService>();
    cache.list(Selection.all()).objects().stream()
        .map(Stored::object)
        .filter(service -> service.spec().service() != null)
        .forEach(service -> byName.put(service.metadata().name(), service));
    made = new Made(changes, byName); // Two at once make the same.
    return byName;
  }
}
