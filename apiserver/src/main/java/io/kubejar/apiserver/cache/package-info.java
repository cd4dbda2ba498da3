/// The watch cache: all objects as records, kept current by one watch over the store, with a
/// bounded history per resource from which watches resume.
///
/// [io.kubejar.apiserver.cache.CacheFeed] follows the store and hands each change to the
/// [io.kubejar.apiserver.cache.ResourceCache] of its resource, which tells the
/// [io.kubejar.apiserver.cache.CacheWatch]es that wait for it. Reads are served from here too: they
/// first wait until the cache has seen everything that the store had acknowledged.
@NullMarked
package io.kubejar.apiserver.cache;

import org.jspecify.annotations.NullMarked;
