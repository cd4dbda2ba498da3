package io.kubejar;

import io.kubejar.ApiRequest.Target;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.GroupVersionResource;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Query;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.verbs.ResourceVerbs;
import io.kubejar.client.ListOptions;
import io.kubejar.client.WatchOptions;
import io.kubejar.storage.RangeRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// Answers from the past.
final class StaleReads {
  private static final String REVISION = "resourceVersion";
  private static final String MATCH = "resourceVersionMatch";
  private static final String EXACT = "Exact";

  private StaleReads() {}

  /// Fresh where the past is forgotten, or the client insists on something newer.
  static Response answer(
      Request request, Handler next, Target target, Traffic traffic, int revisions)
      throws IOException, InterruptedException {
    var past = traffic.past(revisions);
    if (past.isEmpty() || insists(request.query())) {
      return next.handle(request);
    }
    if (target.verb().equals("list")) {
      var revision = Long.toString(past.getAsLong());
      return next.handle(with(with(request, REVISION, revision), MATCH, EXACT));
    }
    var verbs = verbs(traffic, target);
    return verbs.isEmpty()
        ? next.handle(request)
        : json(verbs.get(), traffic, target, past.getAsLong());
  }

  private static boolean insists(Query query) {
    var revision = query.firstOr(REVISION, "");
    return !(revision.isEmpty() || revision.equals("0")) || query.contains("continue");
  }

  private static <T extends KubernetesObject> Response json(
      ResourceVerbs<T> verbs, Traffic traffic, Target target, long revision)
      throws InterruptedException {
    var key = new ObjectKey(target.namespace(), target.name());
    var tree = verbs.type().codec().toTree(object(verbs, traffic, key, revision));
    var gvk = verbs.type().gvk();
    var object = Past.typed(tree, gvk.apiVersion(), gvk.kind());
    return Response.of(200, "application/json", JsonPrinter.printUtf8(object));
  }

  /// What a client of this process reads.
  static <T extends KubernetesObject> Optional<T> object(
      Traffic traffic, Target target, Class<T> type, int revisions) throws InterruptedException {
    var past = traffic.past(revisions);
    var verbs = verbs(traffic, target);
    if (past.isEmpty() || verbs.isEmpty()) {
      return Optional.empty();
    }
    var key = new ObjectKey(target.namespace(), target.name());
    return Optional.of(type.cast(object(verbs.get(), traffic, key, past.getAsLong())));
  }

  private static <T extends KubernetesObject> T object(
      ResourceVerbs<T> verbs, Traffic traffic, ObjectKey key, long revision)
      throws InterruptedException {
    var stored = stored(verbs.storage().orElseThrow(), traffic, key, revision);
    return verbs.fromStored(stored, verbs.storage().orElseThrow());
  }

  private static <S extends KubernetesObject> S stored(
      Registry<S> registry, Traffic traffic, ObjectKey key, long revision) {
    var wanted = registry.storageKey(key);
    return traffic
        .store()
        .range(RangeRequest.prefix(wanted).withAtRevision(revision).withLimit(1))
        .entries()
        .stream()
        .filter(entry -> entry.key().equals(wanted))
        .findFirst()
        .map(registry::decode)
        .orElseThrow(
            () ->
                ApiException.notFound(
                    new GroupResource(registry.type().gvk().group(), registry.type().plural()),
                    key.name()));
  }

  /// Only what is an object of its own can be read from the store.
  private static Optional<ResourceVerbs<?>> verbs(Traffic traffic, Target target) {
    var served = traffic.served().get();
    boolean whole = target.subresource().isEmpty() || target.subresource().equals("status");
    if (served == null || !whole) {
      return Optional.empty();
    }
    return served
        .find(new GroupVersionResource(target.apiGroup(), target.apiVersion(), target.resource()))
        .filter(verbs -> verbs.storage().isPresent());
  }

  static ListOptions past(ListOptions options, Traffic traffic, int revisions) {
    var past = traffic.past(revisions);
    boolean insists =
        !(options.resourceVersion().isEmpty() || options.resourceVersion().equals("0"))
            || !options.continueToken().isEmpty();
    return past.isEmpty() || insists
        ? options
        : new ListOptions(
            options.namespace(),
            options.labelSelector(),
            options.fieldSelector(),
            options.limit(),
            "",
            Long.toString(past.getAsLong()),
            EXACT);
  }

  /// The same watch, from earlier on.
  static Request earlier(Request request, int revisions) {
    var from = earlier(request.query().firstOr(REVISION, ""), revisions);
    return from.isEmpty() ? request : with(request, REVISION, from);
  }

  static WatchOptions earlier(WatchOptions options, int revisions) {
    var from = earlier(options.resourceVersion(), revisions);
    return from.isEmpty()
        ? options
        : new WatchOptions(
            options.namespace(),
            options.labelSelector(),
            options.fieldSelector(),
            from,
            options.allowWatchBookmarks(),
            options.sendInitialEvents(),
            options.timeoutSeconds());
  }

  /// Empty if the watch does not go on from anywhere.
  private static String earlier(String revision, int revisions) {
    if (revision.isEmpty()
        || revision.equals("0")
        || !revision.chars().allMatch(Character::isDigit)) {
      return "";
    }
    return Long.toString(Math.max(1, Long.parseLong(revision) - revisions));
  }

  private static Request with(Request request, String name, String value) {
    var values = new LinkedHashMap<>(request.query().values());
    values.put(name, List.of(value));
    return request.withQuery(new Query(values));
  }
}
