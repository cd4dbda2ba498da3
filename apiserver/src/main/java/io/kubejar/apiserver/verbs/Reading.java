package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apiserver.cache.CachePage;
import io.kubejar.apiserver.cache.CacheView;
import io.kubejar.apiserver.cache.ObjectWatch;
import io.kubejar.apiserver.cache.ResourceCache;
import io.kubejar.apiserver.cache.ResourceCache.Start;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.strategy.Strategy;
import io.kubejar.storage.CompactedException;

/// The verbs get, list and watch.
final class Reading<T extends KubernetesObject> {
  private static final String TOO_OLD_TOKEN =
      "The provided continue parameter is too old to display a consistent list result. You can"
          + " start a new list without the continue parameter, or use the continue token in this"
          + " response to retrieve the remainder of the results. Continuing with the provided token"
          + " results in an inconsistent list - objects that were created, modified, or deleted"
          + " between the time the first chunk was returned and now may show up in the list.";

  private final Registry<T> registry;
  private final Strategy<T> strategy;

  Reading(Registry<T> registry, Strategy<T> strategy) {
    this.registry = registry;
    this.strategy = strategy;
  }

  Stored<T> get(ObjectKey key, String resourceVersion) throws InterruptedException {
    var options = ReadOptions.ALL.withResourceVersion(resourceVersion, "");
    return cacheFor(options).get(key).orElseThrow(() -> registry.notFound(key));
  }

  /// One page of a list.
  ///
  /// @param version whose fields the selectors name
  Listed<T> list(ResourceType<?> version, ReadOptions options) throws InterruptedException {
    options.checkForList();
    var selection = Selections.of(strategy, version, options);
    if (!options.continueToken().isEmpty()) {
      return next(selection, options);
    }
    if (options.exact()) {
      registry.cacheAtLeast(options.revision());
      return atRevision(selection, options, "", options.revision());
    }
    if (options.resourceVersion().isEmpty()) {
      return consistent(selection, options, "");
    }
    return listed(selection, cacheFor(options).now(), options, "");
  }

  /// Everything that was acknowledged before this call: from the cache once it has caught up with
  /// the store, or from the store if that takes too long.
  private Listed<T> consistent(Selection<T> selection, ReadOptions options, String from)
      throws InterruptedException {
    long wanted = registry.storeRevision();
    boolean reached = registry.reached(wanted);
    var listed =
        reached
            ? listed(selection, registry.cache().now(), options, from)
            : stored(selection, options, from, wanted);
    registry.countConsistent(!reached);
    return listed;
  }

  ObjectWatch<T> watch(ResourceType<?> version, ReadOptions options, Watching watching)
      throws InterruptedException {
    var selection = Selections.of(strategy, version, options);
    if (watching.sendInitialEvents()) {
      return cacheFor(options).watch(selection, new Start(-1, watching.allowBookmarks()));
    }
    long revision = options.revision();
    if (revision > 0) {
      return registry.cache().watch(selection, Start.after(revision));
    }
    if (watching.fromNow()) {
      return registry.cache().watch(selection, Start.after(newest(options)));
    }
    return cacheFor(options).watch(selection, Start.WITH_STATE);
  }

  /// The last revision that a watcher of changes to come need not hear of.
  private long newest(ReadOptions options) throws InterruptedException {
    return options.resourceVersion().isEmpty()
        ? registry.storeRevision()
        : registry.cache().revision();
  }

  /// The cache at the freshness that was asked for: any for "0", at least a revision, or all that
  /// was acknowledged.
  private ResourceCache<T> cacheFor(ReadOptions options) throws InterruptedException {
    if (options.resourceVersion().isEmpty()) {
      return registry.currentCache();
    }
    long revision = options.revision();
    return revision == 0 ? registry.cache() : registry.cacheAtLeast(revision);
  }

  private Listed<T> listed(
      Selection<T> selection, CacheView<T> view, ReadOptions options, String from) {
    var page = registry.counted(view.page(selection, from, options.pageSize()));
    return listed(selection, page, view.revision());
  }

  private static <T extends KubernetesObject> Listed<T> listed(
      Selection<T> selection, CachePage<T> page, long revision) {
    var objects = page.objects();
    var token = page.more() ? tokenAfter(selection, objects.getLast(), revision) : "";
    Long remaining = page.more() && !selection.selective() ? page.remaining() : null;
    return new Listed<>(objects, Long.toString(revision), token, remaining);
  }

  private static <T extends KubernetesObject> String tokenAfter(
      Selection<T> selection, Stored<T> last, long revision) {
    int prefix = selection.namespace().isEmpty() ? 0 : selection.namespace().length() + 1;
    return new ContinueToken(revision, last.path().substring(prefix) + "\0").encode();
  }

  private Listed<T> next(Selection<T> selection, ReadOptions options) throws InterruptedException {
    var token = ContinueToken.decode(options.continueToken());
    var prefix = selection.namespace().isEmpty() ? "" : selection.namespace() + "/";
    var from = prefix + token.start();
    if (token.revision() < 0) {
      return consistent(selection, options, from);
    }
    try {
      registry.cacheAtLeast(token.revision());
      return atRevision(selection, options, from, token.revision());
    } catch (ApiException expired) {
      if (!expired.isExpired()) {
        throw expired;
      }
      var fresh = new ContinueToken(-1, token.start()).encode();
      // The token that goes on regardless travels in the status' own metadata.
      var status = ApiException.expired(TOO_OLD_TOKEN).status();
      throw new ApiException(status.withMetadata(status.metadata().withContinue_(fresh)), expired);
    }
  }

  /// A page as it was at an older revision, which the cache has reached. It remembers the last
  /// changes; what was before them only the store knows.
  private Listed<T> atRevision(
      Selection<T> selection, ReadOptions options, String from, long revision)
      throws InterruptedException {
    var view = registry.remembered(revision);
    return view.isPresent()
        ? listed(selection, view.get(), options, from)
        : stored(selection, options, from, revision);
  }

  private Listed<T> stored(Selection<T> selection, ReadOptions options, String from, long revision)
      throws InterruptedException {
    try {
      var page = registry.past(selection, from, revision, options.pageSize());
      return listed(selection, page, revision);
    } catch (CompactedException _) {
      throw ApiException.expired("The resourceVersion for the provided list is too old.");
    }
  }
}
